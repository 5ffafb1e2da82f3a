// Runs in a page before its own scripts and stands for its camera and microphone: a picture that never stands still and is
// never dark, a tone that never ends, by which a listener tells this person from others, and each second a flash together
// with a beep, by which a viewer tells whether sound and picture are in step.
(() => {
  if (!navigator.mediaDevices) return; // an empty page
  const [width, height, framesPerSecond] = [960, 540, 10];
  const flashInterval = 1000; // milliseconds, far above the error that is measured
  const flashLength = 200;
  /** @type {{voice: number}} hertz */
  const { voice } = globalThis.actor;
  const isFlash = () => Date.now() % flashInterval < flashLength;

  function picture() {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d');
    let frame = 0;
    const draw = () => {
      frame += 1;
      context.fillStyle = `hsl(${voice % 360} 50% 45%)`;
      context.fillRect(0, 0, width, height);
      context.fillStyle = '#fff';
      context.fillRect((frame * 48) % width, 0, 48, height);
      // The middle is the flash's: dark, or bright.
      context.fillStyle = isFlash() ? '#fff' : '#333';
      context.fillRect(width / 3, height / 3, width / 3, height / 3);
    };
    draw();
    setInterval(draw, 1000 / framesPerSecond);
    return canvas.captureStream(framesPerSecond).getVideoTracks()[0];
  }

  function sound() {
    const context = new AudioContext();
    const destination = context.createMediaStreamDestination();
    const play = (/** @type {number} */ frequency, /** @type {number} */ loudness) => {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.frequency.value = frequency;
      gain.gain.value = loudness;
      oscillator.connect(gain).connect(destination);
      oscillator.start();
      return gain.gain;
    };
    play(voice, 0.1);
    const beep = play(voice * 4, 0);
    let wasFlash = false;
    setInterval(() => {
      if (isFlash() !== wasFlash) beep.setValueAtTime(wasFlash ? 0 : 0.2, context.currentTime);
      wasFlash = isFlash();
    }, 10);
    return destination.stream.getAudioTracks()[0];
  }

  /** @type {Record<string, MediaStreamTrack>} */
  const played = {};
  const track = (/** @type {string} */ kind, /** @type {() => MediaStreamTrack} */ make) => {
    played[kind] ??= make();
    return played[kind].clone();
  };
  navigator.mediaDevices.getUserMedia = async ({ audio, video }) => new MediaStream([
    ...(audio ? [track('audio', sound)] : []), ...(video ? [track('video', picture)] : []),
  ]);
})();
