import { cameraConstraints, microphoneConstraints, screenConstraints } from './constraints.js';
import { DeviceChoice } from './device-choice.js';
import { LevelMeter } from './level-meter.js';
import { MediaError } from './media-error.js';
import { VoiceProcessing } from './voice-processing.js';

/** @typedef {import('../types/call.js').MediaProblem} MediaProblem */
/** @typedef {import('../types/call.js').DeviceKind} DeviceKind */
/** @typedef {'audio' | 'video'} Kind */

/**
 * This person's camera, microphone and screen.
 *
 * Events: `change` (a track, a wish or a problem changed), `devices` (one was plugged in or out),
 * `lost` (`CustomEvent<{ kind: 'audio' | 'video' | 'screen' }>`: a device in use went away or sharing was ended by the browser).
 */
export class LocalMedia extends EventTarget {
  /** The camera and the microphone for the self view: one object for the whole visit. */
  preview;
  /** @type {MediaStream | null} */
  #screen = null;
  /** @type {Readonly<Record<Kind, MediaStreamTrack | null>>} */
  #tracks = { audio: null, video: null };
  /** @type {Readonly<Record<Kind, boolean>>} */
  #wanted = { audio: true, video: true };
  /** @type {Readonly<Record<Kind, MediaProblem | null>>} */
  #problem = { audio: null, video: null };
  /** @type {Promise<unknown>} one question to the browser at a time */
  #queue = Promise.resolve();
  #devices;
  #choice;
  #processing;
  #meter;

  /**
   * @param {MediaDevices | undefined} mediaDevices undefined where the page is not a secure context
   * @param {Storage} [storage] where the choice of devices is kept
   * @param {{ MediaStream?: typeof MediaStream, AudioContext?: typeof AudioContext }} [constructors]
   */
  constructor(mediaDevices, storage, constructors = {}) {
    super();
    this.#devices = mediaDevices;
    this.#choice = new DeviceChoice(storage);
    this.#processing = new VoiceProcessing(storage);
    this.#meter = new LevelMeter(constructors.AudioContext ?? globalThis.AudioContext);
    this.preview = new (constructors.MediaStream ?? globalThis.MediaStream)();
    mediaDevices?.addEventListener?.('devicechange', () => this.dispatchEvent(new Event('devices')));
  }

  /** The camera's track while the camera is on. */
  get camera() { return this.#tracks.video; }
  /** The microphone's track once there is one; its `enabled` says whether it is on. */
  get microphone() { return this.#tracks.audio; }
  /** The shared screen, with its sound where there is one. */
  get screen() { return this.#screen; }
  /** What the person wants to be on, whether or not the devices can be had. */
  get wanted() { return this.#wanted; }
  /** Why a wanted device is missing. */
  get problem() { return this.#problem; }
  /** The devices that really run. */
  get active() {
    return {
      audio: this.#wanted.audio && this.#tracks.audio !== null,
      video: this.#tracks.video !== null,
      screen: this.#screen !== null,
    };
  }

  /** @param {DeviceKind} kind @returns {string | null} the id of the device that was chosen or is in use */
  chosen(kind) {
    const track = kind === 'camera' ? this.camera : kind === 'microphone' ? this.microphone : null;
    return track?.getSettings?.().deviceId ?? this.#choice.get(kind);
  }

  /**
   * The wish only, before anything was asked of the browser.
   *
   * @param {Partial<Record<Kind, boolean>>} wanted
   */
  want(wanted) {
    this.#wanted = { ...this.#wanted, ...wanted };
    this.#changed();
  }

  /** Asks for everything that is wanted and missing, in one question; what cannot be had is told by `problem`. */
  open() {
    return this.#alone(async () => {
      const missing = /** @type {Kind[]} */ (['audio', 'video']).filter((kind) => this.#wanted[kind] && !this.#tracks[kind]);
      if (missing.length === 2 && (await this.#tryBoth())) return;
      for (const kind of missing) await this.#acquire(kind).catch(() => {}); // `problem` says it
    });
  }

  /**
   * @param {boolean} on
   * @throws {MediaError} the microphone cannot be had
   */
  setAudio(on) {
    this.want({ audio: on });
    const track = this.#tracks.audio;
    if (track) track.enabled = on;
    if (!on || track) return Promise.resolve();
    return this.#alone(() => this.#acquire('audio'));
  }

  /**
   * Off releases the camera, so that its light goes out.
   *
   * @param {boolean} on
   * @throws {MediaError} the camera cannot be had
   */
  setVideo(on) {
    this.want({ video: on });
    if (!on) {
      this.#drop('video');
      return Promise.resolve();
    }
    return this.#alone(() => this.#acquire('video'));
  }

  /** @throws {MediaError} `denied` when the person chose nothing */
  async startScreen() {
    if (this.#screen) return;
    if (!this.#devices) throw new MediaError('insecure');
    if (!this.#devices.getDisplayMedia) throw new MediaError('unsupported');
    const stream = await this.#devices.getDisplayMedia(screenConstraints()).catch((error) => {
      throw new MediaError(MediaError.problem(error), error);
    });
    this.stopScreen();
    this.#screen = stream;
    for (const track of stream.getVideoTracks()) {
      track.contentHint = 'detail'; // letters, not motion: keep the resolution
      track.addEventListener('ended', () => this.#screenEnded(stream), { once: true });
    }
    this.#changed();
  }

  stopScreen() {
    if (!this.#screen) return;
    for (const track of this.#screen.getTracks()) track.stop();
    this.#screen = null;
    this.#changed();
  }

  /** @returns {Promise<import('../types/call.js').DeviceList>} labels are empty until a permission was given */
  async list() {
    const all = (await this.#devices?.enumerateDevices()) ?? [];
    /** @param {MediaDeviceKind} kind */
    const of = (kind) => all.filter((device) => device.kind === kind && device.deviceId !== '');
    return { cameras: of('videoinput'), microphones: of('audioinput'), speakers: of('audiooutput') };
  }

  /**
   * Uses another device, at once where its kind is on. The speaker's choice is only kept: who plays reads `chosen('speaker')`.
   *
   * @param {DeviceKind} kind
   * @param {string} deviceId
   * @throws {MediaError} it cannot be had; the former one goes on
   */
  async choose(kind, deviceId) {
    if (kind !== 'speaker') await this.#switch(kind === 'camera' ? 'video' : 'audio', deviceId);
    this.#choice.set(kind, deviceId);
    this.#changed();
  }

  /** What the browser does to the voice before it is sent. */
  get voiceFilters() { return this.#processing.filters; }

  /**
   * Switches what the browser does to the voice. Browsers do not change it on a running track, so the microphone is taken anew.
   *
   * @param {Partial<import('./voice-processing.js').VoiceFilters>} changes
   * @throws {MediaError} the microphone cannot be had again
   */
  processVoice(changes) {
    this.#processing.set(changes);
    return this.#alone(async () => {
      if (!this.#tracks.audio) return this.#changed();
      this.#release('audio');
      await this.#acquire('audio');
      this.#changed(); // muted, it is taken again with the next word
    });
  }

  /** How loud the microphone is now, 0…1 on a scale of decibels. */
  level() {
    return this.#meter.level(this.#tracks.audio);
  }

  /** Releases every device. What is wanted stays, for `open` to come back to. */
  stop() {
    this.#drop('audio');
    this.#drop('video');
    this.stopScreen();
    this.#meter.close();
  }

  /** @param {Kind} kind @param {string} deviceId */
  #switch(kind, deviceId) {
    return this.#alone(async () => {
      if (!this.#tracks[kind]) return;
      try {
        this.#adopt(kind, await this.#ask(kind, deviceId));
      } catch (error) {
        if (!(error instanceof MediaError) || error.code !== 'inUse') throw error;
        this.#tracks[kind]?.stop(); // some phones open one camera at a time
        this.#adopt(kind, await this.#ask(kind, deviceId));
      }
    });
  }

  async #tryBoth() {
    if (!this.#devices?.getUserMedia) return false;
    try {
      const stream = await this.#devices.getUserMedia({ audio: this.#constraints('audio'), video: this.#constraints('video') });
      this.#adopt('audio', stream.getAudioTracks()[0]);
      this.#adopt('video', stream.getVideoTracks()[0]);
      return true;
    } catch {
      return false; // one of them is missing or denied: ask for each alone
    }
  }

  /** @param {Kind} kind */
  async #acquire(kind) {
    if (!this.#wanted[kind] || this.#tracks[kind]) return;
    try {
      this.#adopt(kind, await this.#ask(kind));
    } catch (error) {
      this.#problem = { ...this.#problem, [kind]: error instanceof MediaError ? error.code : 'other' };
      this.#changed();
      throw error;
    }
  }

  /** @param {Kind} kind @param {string} [exactly] the only device that will do */
  async #ask(kind, exactly) {
    if (!this.#devices?.getUserMedia) throw new MediaError('insecure');
    try {
      const stream = await this.#devices.getUserMedia({ [kind]: this.#constraints(kind, exactly) });
      return stream.getTracks()[0];
    } catch (error) {
      throw new MediaError(MediaError.problem(error), error);
    }
  }

  /** @param {Kind} kind @param {string} [exactly] */
  #constraints(kind, exactly) {
    return kind === 'audio'
      ? microphoneConstraints(exactly ?? this.#choice.get('microphone'), exactly !== undefined, this.#processing.filters)
      : cameraConstraints(exactly ?? this.#choice.get('camera'), exactly !== undefined);
  }

  /** @param {Kind} kind @param {MediaStreamTrack | undefined} track */
  #adopt(kind, track) {
    if (!track) return;
    if (kind === 'video' && !this.#wanted.video) return track.stop(); // switched off while the browser asked
    this.#release(kind);
    if (kind === 'audio') track.enabled = this.#wanted.audio;
    this.#tracks = { ...this.#tracks, [kind]: track };
    this.#problem = { ...this.#problem, [kind]: null };
    this.preview.addTrack(track);
    track.addEventListener('ended', () => this.#lost(kind, track), { once: true });
    this.#changed();
  }

  /**
   * The device was pulled out: another takes its place where there is one.
   *
   * @param {Kind} kind
   * @param {MediaStreamTrack} track
   */
  #lost(kind, track) {
    if (this.#tracks[kind] !== track) return;
    this.#drop(kind);
    this.dispatchEvent(new CustomEvent('lost', { detail: { kind } }));
    this.#alone(() => this.#acquire(kind)).catch(() => {}); // `problem` says it
  }

  /** @param {MediaStream} stream */
  #screenEnded(stream) {
    if (this.#screen !== stream) return;
    this.stopScreen();
    this.dispatchEvent(new CustomEvent('lost', { detail: { kind: 'screen' } }));
  }

  /** @param {Kind} kind */
  #drop(kind) {
    if (!this.#tracks[kind]) return;
    this.#release(kind);
    this.#changed();
  }

  /** @param {Kind} kind */
  #release(kind) {
    const track = this.#tracks[kind];
    if (!track) return;
    this.#tracks = { ...this.#tracks, [kind]: null };
    this.preview.removeTrack(track);
    track.stop();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  #alone(work) {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {}); // the caller of `work` hears of it
    return result;
  }
}
