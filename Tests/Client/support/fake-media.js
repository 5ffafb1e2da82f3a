import { settle } from './virtual-clock.js';

let counter = 0;
/** A name that no other fake has. */
export const fresh = () => `u${(counter += 1)}`;

/** A track that can be stopped and can end by itself. */
export class FakeTrack extends EventTarget {
  enabled = true;
  readyState = 'live';
  contentHint = '';
  id = fresh();

  /** @param {string} kind @param {string} [deviceId] */
  constructor(kind, deviceId = 'default') {
    super();
    this.kind = kind;
    this.deviceId = deviceId;
  }

  getSettings() { return { deviceId: this.deviceId }; }
  stop() { this.readyState = 'ended'; }

  /** The device was pulled out, or the browser's bar ended the sharing. */
  end() {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

export class FakeMediaStream {
  id = fresh();
  /** @type {any[]} */
  #tracks;

  /** @param {any[]} [tracks] */
  constructor(tracks = []) { this.#tracks = [...tracks]; }
  getTracks() { return [...this.#tracks]; }
  getAudioTracks() { return this.#tracks.filter(({ kind }) => kind === 'audio'); }
  getVideoTracks() { return this.#tracks.filter(({ kind }) => kind === 'video'); }
  /** @param {any} track */
  addTrack(track) { if (!this.#tracks.includes(track)) this.#tracks.push(track); }
  /** @param {any} track */
  removeTrack(track) { this.#tracks = this.#tracks.filter((one) => one !== track); }
}

/** `navigator.mediaDevices` with one camera, one microphone and one screen, which a test may refuse. */
export class FakeMediaDevices extends EventTarget {
  /** @type {any[]} what `getUserMedia` was asked for */
  asked = [];
  /** @type {Record<string, string>} kind → name of the error */
  refuses = {};
  /** @type {FakeTrack[]} */
  tracks = [];
  screenSound = true;
  /** Some phones open one camera at a time. */
  oneCamera = false;

  /** @param {any} constraints */
  async getUserMedia(constraints) {
    this.asked.push(constraints);
    await settle();
    const kinds = ['audio', 'video'].filter((kind) => constraints[kind]);
    for (const kind of kinds) this.#refuse(kind);
    const isBusy = this.tracks.some(({ kind, readyState }) => kind === 'video' && readyState === 'live');
    if (this.oneCamera && constraints.video && isBusy) throw new DOMException('busy', 'NotReadableError');
    const tracks = kinds.map((kind) => new FakeTrack(kind, constraints[kind].deviceId?.exact ?? constraints[kind].deviceId?.ideal));
    this.tracks.push(...tracks);
    return new FakeMediaStream(tracks);
  }

  async getDisplayMedia() {
    this.#refuse('screen');
    const tracks = [new FakeTrack('video'), ...(this.screenSound ? [new FakeTrack('audio')] : [])];
    this.tracks.push(...tracks);
    return new FakeMediaStream(tracks);
  }

  async enumerateDevices() {
    return [
      { kind: 'videoinput', deviceId: 'cam', label: 'Camera' }, { kind: 'audioinput', deviceId: 'mic', label: 'Microphone' },
      { kind: 'audiooutput', deviceId: 'loud', label: 'Speaker' }, { kind: 'audioinput', deviceId: '', label: '' },
    ];
  }

  /** @param {string} kind */
  #refuse(kind) {
    const name = this.refuses[kind];
    if (name) throw new DOMException('refused', name);
  }
}
