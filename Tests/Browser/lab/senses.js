// What a person at this page sees of others and hears: the picture that lies on top of a tile, and all the sound that is
// really played. Installed by a test where it is needed.
(() => {
  const pollInterval = 20; // milliseconds
  const small = { width: 32, height: 18 };
  const dark = 24; // of 255; the actors' pictures are brighter
  const audible = -70; // decibels; an actor's tone comes with −20 to −30, silence with less than −100

  const context = new AudioContext();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [small.width, small.height];
  const pen = canvas.getContext('2d', { willReadFrequently: true });

  /** @param {number} size */
  function analyser(size) {
    const made = context.createAnalyser();
    made.fftSize = size;
    made.smoothingTimeConstant = 0;
    const silent = context.createGain();
    silent.gain.value = 0;
    made.connect(silent).connect(context.destination);
    return made;
  }
  const tones = analyser(2048);
  const beeps = analyser(512);

  /** @type {Map<MediaStreamTrack, MediaStreamAudioSourceNode>} */
  const sources = new Map();

  /** Listens to what the page's elements play at this moment, and to nothing else. */
  function tune() {
    const playing = [...document.querySelectorAll('audio, video')]
      .filter((/** @type {any} */ element) => !element.paused && !element.muted && element.volume > 0)
      .filter((/** @type {any} */ element) => element.srcObject)
      .flatMap((/** @type {any} */ element) => element.srcObject.getAudioTracks())
      .filter((track) => track.enabled && track.readyState === 'live');
    for (const [track, source] of sources) {
      if (playing.includes(track)) continue;
      source.disconnect();
      sources.delete(track);
    }
    for (const track of playing) {
      if (sources.has(track)) continue;
      const source = context.createMediaStreamSource(new MediaStream([track]));
      source.connect(tones);
      source.connect(beeps);
      sources.set(track, source);
    }
  }

  /** How loud a tone is, in decibels. @param {AnalyserNode} ear @param {number} frequency */
  function loudness(ear, frequency) {
    const spectrum = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(spectrum);
    const bin = Math.round((frequency * ear.fftSize) / context.sampleRate);
    return Math.max(...spectrum.slice(bin - 1, bin + 2));
  }

  /** @param {string} name */
  const tileOf = (name) => document.querySelector(`participant-tile[aria-label^="${name}"]`);

  /**
   * The video on top of a tile, among those that have a frame: the others are transparent.
   * @param {string} name @returns {any}
   */
  function videoOf(name) {
    const tile = tileOf(name);
    if (!tile) return null;
    const { left, top, width, height } = tile.getBoundingClientRect();
    return document.elementsFromPoint(left + width / 2, top + height / 2)
      .find((element) => element instanceof HTMLVideoElement && tile.contains(element) && element.readyState >= 2) ?? null;
  }

  /** Brightness and a fingerprint of what a video shows. @param {HTMLVideoElement | null} video */
  function look(video) {
    if (!video || video.readyState < 2 || video.videoWidth === 0) return { brightness: 0, print: '' };
    pen.drawImage(video, 0, 0, small.width, small.height);
    const { data } = pen.getImageData(0, 0, small.width, small.height);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum += data[at] + data[at + 1] + data[at + 2];
    return { brightness: sum / (data.length / 4) / 3, print: String(data.filter((_, at) => at % 4 === 0)) };
  }

  /** Watches and listens to somebody until `told` is called. @param {string} name @param {number} voice */
  function attend(name, voice) {
    const told = { samples: 0, dark: 0, longestDark: 0, longestStill: 0, longestSilence: 0, longestBoth: 0, heard: 0 };
    const since = { dark: 0, still: performance.now(), silence: 0, both: 0 };
    let print = '';
    const timer = setInterval(() => {
      tune();
      const now = performance.now();
      told.samples += 1;
      const seen = look(videoOf(name));
      since.dark = seen.brightness < dark ? since.dark || now : 0;
      if (since.dark) told.dark += 1;
      told.longestDark = Math.max(told.longestDark, since.dark ? now - since.dark : 0);
      if (seen.print !== print) since.still = now;
      print = seen.print;
      told.longestStill = Math.max(told.longestStill, now - since.still);
      const isHeard = loudness(tones, voice) > audible;
      since.silence = isHeard ? 0 : since.silence || now;
      told.heard += isHeard ? 1 : 0;
      told.longestSilence = Math.max(told.longestSilence, since.silence ? now - since.silence : 0);
      since.both = globalThis.laboratory.connectionCount() > 2 ? since.both || now : 0;
      told.longestBoth = Math.max(told.longestBoth, since.both ? now - since.both : 0);
    }, pollInterval);
    return { told, end: () => clearInterval(timer) };
  }

  /**
   * How late flashes are seen after their beeps are heard, in milliseconds.
   * @param {string} name @param {number} voice @param {number} seconds
   */
  async function lag(name, voice, seconds) {
    const [flashes, heard] = [[], []];
    let [wasBright, wasLoud, isOver] = [true, true, false];
    const see = (/** @type {number} */ _, /** @type {any} */ frame) => {
      const video = videoOf(name);
      if (isOver || !video) return;
      pen.drawImage(video, 0, 0, small.width, small.height);
      const isBright = pen.getImageData(small.width / 2, small.height / 2, 1, 1).data[1] > 160;
      if (isBright && !wasBright) flashes.push(frame.expectedDisplayTime);
      wasBright = isBright;
      video.requestVideoFrameCallback(see);
    };
    videoOf(name).requestVideoFrameCallback(see);
    const timer = setInterval(() => {
      tune();
      const isLoud = loudness(beeps, voice * 4) > audible + 20;
      if (isLoud && !wasLoud) heard.push(performance.now());
      wasLoud = isLoud;
    }, 4);
    await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
    isOver = true;
    clearInterval(timer);
    const nearest = (/** @type {number} */ flash) => (
      heard.map((beep) => flash - beep).sort((one, other) => Math.abs(one) - Math.abs(other))[0]);
    return flashes.map(nearest).filter((one) => one !== undefined);
  }

  /** @type {Map<string, ReturnType<typeof attend>>} */
  const attended = new Map();
  globalThis.senses = {
    attend: (/** @type {string} */ name, /** @type {number} */ voice) => attended.set(name, attend(name, voice)),
    told: (/** @type {string} */ name) => attended.get(name)?.told,
    lag,
    loudness: (/** @type {number} */ voice) => { tune(); return loudness(tones, voice); },
    width: (/** @type {string} */ name) => videoOf(name)?.videoWidth ?? 0,
  };
})();
