const floorDecibels = -60; // quieter than a quiet room
const windowSamples = 1024; // 21 ms at 48 kHz: shorter than a frame of the meter

/** How loud one audio track is now, for a meter. Needs `AudioContext`; without one every level is 0. */
export class LevelMeter {
  /** @type {typeof AudioContext | undefined} */
  #AudioContext;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {{ track: MediaStreamTrack, source: AudioNode, analyser: AnalyserNode } | null} */
  #tap = null;
  #samples = new Float32Array(windowSamples);

  /** @param {typeof AudioContext} [AudioContext] */
  constructor(AudioContext) {
    this.#AudioContext = AudioContext;
  }

  /**
   * The level of a track over the last 21 ms: 0 is silence, 1 full scale, on a scale of decibels.
   *
   * @param {MediaStreamTrack | null} track
   */
  level(track) {
    if (!track || !track.enabled || track.readyState !== 'live') return 0;
    const analyser = this.#listen(track);
    if (!analyser) return 0;
    analyser.getFloatTimeDomainData(this.#samples);
    return loudness(this.#samples);
  }

  close() {
    this.#release();
    this.#context?.close().catch(() => {}); // already closed
    this.#context = null;
  }

  /** @param {MediaStreamTrack} track */
  #listen(track) {
    if (!this.#AudioContext) return null;
    this.#context ??= new this.#AudioContext();
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => {}); // until the person touched the page
    if (this.#tap?.track === track) return this.#tap.analyser;

    this.#release();
    const source = this.#context.createMediaStreamSource(new MediaStream([track]));
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = windowSamples;
    source.connect(analyser);
    this.#tap = { track, source, analyser };
    return analyser;
  }

  #release() {
    this.#tap?.source.disconnect();
    this.#tap = null;
  }
}

/**
 * Root mean square of samples on a scale of decibels from −60 dB (0) to full scale (1).
 *
 * @param {Float32Array} samples
 */
export function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return decibelShare(Math.sqrt(sum / Math.max(1, samples.length)));
}

/**
 * A linear amplitude (1 is full scale) on a scale of decibels from −60 dB (0) to full scale (1).
 *
 * @param {number} amplitude
 */
export function decibelShare(amplitude) {
  if (amplitude <= 0) return 0;
  return Math.min(1, Math.max(0, 1 - (20 * Math.log10(amplitude)) / floorDecibels));
}
