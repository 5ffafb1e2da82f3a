import { SignalingError } from '../signaling/signaling-error.js';

/** @typedef {import('../types/messages.js').Devices} Devices */
/** @typedef {keyof Devices} Kind */

const kinds = /** @type {const} */ (['audio', 'video', 'screen']);

/**
 * Keeps the devices that run here and those that the server says are on the same.
 *
 * Switching on asks the server, and what it refuses is switched off here; what it switches off goes off here too.
 */
export class PublishedDevices {
  /** @type {Devices} what the server was told last */
  #told = { audio: false, video: false, screen: false };
  #unanswered = 0;
  /** @type {Promise<void>} */
  #answered = Promise.resolve();
  #media;
  #request;

  /**
   * @param {import('./local-media.js').LocalMedia} media
   * @param {(changes: Partial<Devices>) => Promise<{ devices: Devices }>} request `setDevices`
   */
  constructor(media, request) {
    this.#media = media;
    this.#request = request;
  }

  /**
   * Tells the server what changed here.
   *
   * @returns {Promise<void>} when it has answered
   * @throws {SignalingError} it refused; the device is off
   */
  announce() {
    const active = this.#media.active;
    const changed = kinds.filter((kind) => active[kind] !== this.#told[kind]);
    if (changed.length === 0) return this.#answered;
    this.#told = active;
    const changes = Object.fromEntries(changed.map((kind) => [kind, active[kind]]));
    this.#unanswered += 1;
    this.#answered = this.#request(changes).then(
      ({ devices }) => this.#accepted(devices),
      (error) => this.#refused(changed, error),
    );
    return this.#answered;
  }

  /**
   * The server's word at the entrance or after a return: it may know less than what runs here.
   *
   * @param {Devices} devices
   */
  returned(devices) {
    this.#told = devices;
    this.announce().catch(() => {}); // the device is off, which the person sees
  }

  /**
   * What the server switched off is off here; what we asked meanwhile will be answered and counts more.
   *
   * @param {Partial<Devices>} devices
   */
  follow(devices) {
    if (this.#unanswered > 0) return;
    const active = this.#media.active;
    const off = kinds.filter((kind) => devices[kind] === false && active[kind]);
    this.#told = { ...this.#told, ...Object.fromEntries(off.map((kind) => [kind, false])) };
    for (const kind of off) this.switchOff(kind);
  }

  /** @param {Kind} kind */
  switchOff(kind) {
    switch (kind) {
      case 'audio': return void this.#media.setAudio(false);
      case 'video': return void this.#media.setVideo(false);
      case 'screen': return this.#media.stopScreen();
    }
  }

  /** @param {Devices} devices */
  #accepted(devices) {
    this.#unanswered -= 1;
    this.follow(devices);
  }

  /** @param {Kind[]} changed @param {unknown} error @returns {never} */
  #refused(changed, error) {
    this.#unanswered -= 1;
    this.#answered = Promise.resolve(); // whoever asked hears of it, and nobody who asks later
    if (error instanceof SignalingError && error.code === 'forbidden') {
      this.follow(Object.fromEntries(changed.map((kind) => [kind, false])));
    }
    throw error;
  }
}
