import { ResumeStore } from '../signaling/resume-store.js';
import { SignalingError } from '../signaling/signaling-error.js';
import { afterRefusedResume } from '../signaling/verdicts.js';
import { Profile } from './profile.js';

/** @typedef {import('../types/call.js').JoinOptions} JoinOptions */
/** @typedef {import('../types/messages.js').JoinRequest} JoinRequest */
/** @typedef {import('../signaling/signaling-client.js').SignalingClient} SignalingClient */

/** By what this person comes into a room, now and again: name, password, host key, and the token of a former page. */
export class Entrance {
  /** @type {JoinOptions | null} */
  #options = null;
  #token = '';
  #signaling;
  #media;
  #profile;
  #resumable;

  /**
   * @param {SignalingClient} signaling
   * @param {import('./local-media.js').LocalMedia} media
   * @param {{ session?: Storage | undefined, storage?: Storage | undefined, locks?: LockManager | undefined }} kept
   */
  constructor(signaling, media, { session, storage, locks }) {
    this.#signaling = signaling;
    this.#media = media;
    this.#profile = new Profile(storage);
    this.#resumable = new ResumeStore(session, locks);
  }

  /** What takes this participant over, or ends it; empty before and after. */
  get token() { return this.#token; }

  /** @param {string} room @returns {Promise<string | null>} the name this tab had there a moment ago */
  async returning(room) { return (await this.#resumable.claim(room))?.name ?? null; }

  /** @param {string} room */
  hostKey(room) { return this.#profile.hostKey(room); }

  /** @param {JoinOptions} options @throws {SignalingError} */
  async enter(options) {
    this.#options = options;
    if (!(await this.#takeOver(options))) await this.#joinAnew(options);
  }

  /** @param {string} token */
  keepToken(token) {
    this.#token = token;
    if (this.#options) this.#resumable.keep(this.#options.room, { token, name: this.#options.name });
  }

  /** @param {string} hostKey */
  keepHostKey(hostKey) {
    this.#signaling.remember({ hostKey });
    if (this.#options) this.#profile.keepHostKey(this.#options.room, hostKey);
  }

  /** @param {string} name */
  rename(name) {
    this.#signaling.remember({ name });
    if (this.#options) this.#options = { ...this.#options, name };
    if (this.#token) this.keepToken(this.#token);
  }

  /** The page goes, perhaps to come back as its own reload. */
  leaveBehind() { this.#resumable.leaveBehind(); }

  /** The participation is over. */
  forget() {
    if (this.#options) this.#resumable.forget(this.#options.room);
    this.#options = null;
    this.#token = '';
  }

  /**
   * The page was reloaded: the same participant goes on.
   *
   * @param {JoinOptions} options
   * @returns {Promise<boolean>} whether there was one
   */
  async #takeOver(options) {
    const left = await this.#resumable.claim(options.room);
    if (!left) return false;
    try {
      await this.#signaling.takeOver(left.token, this.#request(options));
    } catch (error) {
      if (!(error instanceof SignalingError) || error.code === 'ended' || afterRefusedResume(error.code) === 'retry') throw error;
      this.#resumable.forget(options.room);
      return false;
    }
    if (left.name !== options.name) {
      // Refused, it keeps the name it had.
      this.#signaling.request({ type: 'rename', name: options.name }).catch(() => this.rename(left.name));
    }
    return true;
  }

  /** @param {JoinOptions} options */
  async #joinAnew(options) {
    const request = this.#request(options);
    try {
      await this.#signaling.join(request);
    } catch (error) {
      const { hostKey, ...plain } = request;
      if (!(error instanceof SignalingError) || error.code !== 'tokenInvalid' || !hostKey || options.hostKey) throw error;
      this.#profile.keepHostKey(options.room, null); // of a room of the same name that has ended
      await this.#signaling.join(plain);
    }
  }

  /** @param {JoinOptions} options @returns {JoinRequest} */
  #request({ room, name, password, hostKey, token }) {
    const key = hostKey ?? this.#profile.hostKey(room);
    return {
      type: 'join', room, name,
      devices: this.#media.active,
      client: this.#profile.client,
      ...(password ? { password } : {}),
      ...(key ? { hostKey: key } : {}),
      ...(token ? { token } : {}),
    };
  }
}
