import { browserStorage } from '../lib/browser-storage.js';
import { systemClock } from '../lib/clock.js';
import { SignalingError } from '../signaling/signaling-error.js';
import { may } from '../state/selectors.js';
import { Call } from './call.js';
import { CallFigures } from './call-figures.js';
import { decibelShare } from './level-meter.js';
import { profileOf } from './simulcast.js';

/** @typedef {import('../types/messages.js').RoomRequest} RoomRequest */
/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {import('../types/call.js').JoinOptions} JoinOptions */

/**
 * @typedef {object} CallOptions
 * @property {URL} root where the server is mounted; ends with a slash
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {import('./local-media.js').LocalMedia} media
 * @property {RTCIceTransportPolicy} [iceTransportPolicy] `relay` to use nothing but TURN servers
 * @property {typeof WebSocket} [WebSocket]
 * @property {typeof MediaStream} [MediaStream]
 * @property {Storage | undefined} [session] lives as long as the tab: the resume token
 * @property {Storage | undefined} [storage] lives as long as the browser's profile: host keys
 * @property {import('../types/call.js').Clock} [clock]
 * @property {() => number} [random]
 * @property {import('./simulcast.js').EncodingProfile} [profile] what this device can encode
 * @property {import('../types/call.js').PageEvents} [page]
 */

/**
 * One person's part in one call: what the elements show comes from `state` and `streams`, what they ask for goes
 * through the methods.
 *
 * Every method that asks the server rejects with a `SignalingError` when it refuses.
 * Events: see `CallEvents` in `types/call.d.ts`.
 */
export class CallController extends EventTarget {
  #call;
  #figures;

  /** @param {CallOptions} options */
  constructor(options) {
    super();
    this.media = options.media;
    this.#call = new Call(
      {
        ...options,
        WebSocket: options.WebSocket ?? globalThis.WebSocket,
        MediaStream: options.MediaStream ?? globalThis.MediaStream,
        session: options.session ?? browserStorage('sessionStorage'),
        storage: options.storage ?? browserStorage('localStorage'),
        clock: options.clock ?? systemClock,
        random: options.random ?? Math.random,
        profile: options.profile ?? profileOf(globalThis.navigator ?? {}),
        page: options.page ?? { window, document, navigator },
      },
      (type, detail) => void this.dispatchEvent(new CustomEvent(type, { detail })),
    );
    this.#figures = new CallFigures(this.#call, options.clock ?? systemClock);
  }

  /** The call at this moment; replaced, never changed. Event `change` tells of a new one. */
  get state() { return this.#call.state; }

  /**
   * What may be played of a participant: a device that the server says is off has no track here.
   *
   * @param {string} participant
   * @returns {import('../types/call.js').StreamSet}
   */
  streams(participant) { return this.#call.streams(participant); }

  /**
   * How loud a participant is now, 0…1 on a scale of decibels; one's own too.
   *
   * @param {string} participant
   */
  level(participant) {
    if (participant === this.state.me) return this.media.level();
    return decibelShare(this.#call.voice(participant)?.getSynchronizationSources?.()[0]?.audioLevel ?? 0);
  }

  /**
   * Says which pictures of the others are on the screen, and how large: the others are not sent.
   *
   * @param {readonly import('../types/call.js').ShownTile[]} tiles
   */
  look(tiles) { this.#call.paths.look(tiles); }

  /**
   * Whether this tab was in the room a moment ago (a reload), so that `join` needs no question.
   *
   * @param {string} room
   * @returns {Promise<string | null>} the name it had there
   */
  returning(room) { return this.#call.returning(room); }

  /** @param {JoinOptions} options @returns {Promise<void>} @throws {SignalingError} call again with what was missing */
  join(options) { return this.#call.join(options); }

  async leave() { await this.#call.leave(); }

  /** @param {boolean} on @throws {SignalingError | import('./media-error.js').MediaError} */
  async setAudio(on) {
    if (on) this.#requireMay('publishAudio');
    await this.media.setAudio(on);
    await this.#announce();
  }

  /** @param {boolean} on @throws {SignalingError | import('./media-error.js').MediaError} */
  async setVideo(on) {
    if (on) this.#requireMay('publishVideo');
    await this.media.setVideo(on);
    await this.#announce();
  }

  /** @throws {SignalingError | import('./media-error.js').MediaError} `denied` when the person chose nothing */
  async shareScreen() {
    this.#requireMay('publishScreen');
    await this.media.startScreen();
    await this.#announce();
  }

  async stopScreen() {
    this.media.stopScreen();
    await this.#announce();
  }

  /** @param {string} name */
  async rename(name) { await this.#call.rename(name); }
  /** @param {boolean} raised */
  async raiseHand(raised) { await this.#request({ type: 'raiseHand', raised }); }
  /** @param {string} emoji */
  async react(emoji) { await this.#request({ type: 'react', emoji }); }

  /**
   * @param {string} text
   * @param {{ to?: string, replyTo?: string }} [options] `to` makes it private
   * @returns {Promise<string>} the message's id
   */
  async sendChat(text, options = {}) { return (await this.#request({ type: 'sendChat', text, ...options })).message; }
  /** @param {string} message @param {string} text */
  async editChat(message, text) { await this.#request({ type: 'editChat', message, text }); }
  /** @param {string} message */
  async deleteChat(message) { await this.#request({ type: 'deleteChat', message }); }
  /** @param {string} message @param {string} emoji @param {boolean} on */
  async reactToChat(message, emoji, on) { await this.#request({ type: 'reactToChat', message, emoji, on }); }

  /** @param {import('../types/messages.js').RoomUpdate} changes */
  async updateRoom(changes) { await this.#request({ type: 'updateRoom', ...changes }); }
  /**
   * @param {import('../types/messages.js').ModerationAction} action
   * @param {string[] | 'everyone'} who
   * @param {string} [reason]
   * @returns {Promise<number>} how many it concerned
   */
  async moderate(action, who, reason) {
    return (await this.#request({ type: 'moderate', action, ...addressees(who), ...(reason ? { reason } : {}) })).count;
  }
  /** @param {string[] | 'everyone'} who @returns {Promise<number>} how many came in */
  async admit(who) { return (await this.#request({ type: 'admit', ...addressees(who) })).count; }
  /** @param {string[] | 'everyone'} who @param {string} [message] */
  async deny(who, message) {
    return (await this.#request({ type: 'deny', ...addressees(who), ...(message ? { message } : {}) })).count;
  }
  /** @param {string} text */
  async messageWaiting(text) { return (await this.#request({ type: 'messageWaiting', text })).count; }
  /** @param {string} participant @param {import('../types/messages.js').Role} role */
  async setRole(participant, role) { await this.#request({ type: 'setRole', participant, role }); }
  /** @param {string} participant @param {import('../types/messages.js').Permission} permission @param {boolean} allowed */
  async setPermission(participant, permission, allowed) {
    await this.#request({ type: 'setPermission', participant, permission, allowed });
  }
  /** @param {string} participant */
  async transferHost(participant) { await this.#request({ type: 'transferHost', participant }); }
  async endRoom() { await this.#request({ type: 'endRoom' }); }
  /** @returns {Promise<import('../types/messages.js').AuditEntry[]>} */
  async audit() { return (await this.#request({ type: 'getAudit' })).entries; }
  /** @param {string} name what the encoder is called; the key comes this once */
  createStreamKey(name) { return this.#request({ type: 'createStreamKey', name }); }
  async streamKeys() { return (await this.#request({ type: 'getStreamKeys' })).keys; }
  /** @param {string} streamKey its id; who publishes with it is put out */
  async revokeStreamKey(streamKey) { await this.#request({ type: 'revokeStreamKey', streamKey }); }

  /**
   * Figures of each link since the former reading: ask about once a second.
   *
   * @param {{ detailed?: boolean }} [how] with what the server says of it, for somebody who looks at it
   * @returns {Promise<import('../types/call.js').CallStatistics>}
   */
  statistics(how = {}) { return this.#figures.read(how); }

  /** Before a call there is nobody to tell. */
  async #announce() {
    const { phase } = this.state;
    if (phase === 'joined' || phase === 'reconnecting') await this.#call.announceDevices();
  }

  /** @param {import('../types/messages.js').Permission} permission */
  #requireMay(permission) {
    if (this.state.phase === 'joined' && !may(this.state, permission)) {
      throw new SignalingError('forbidden', `Your role does not allow ${permission}.`);
    }
  }

  /**
   * @template {RoomRequest} R
   * @param {R} request
   * @returns {Promise<import('../types/messages.js').Results[R['type']]>}
   */
  #request(request) { return this.#call.request(request); }
}

/** @param {string[] | 'everyone'} who @returns {import('../types/messages.js').Addressees} */
function addressees(who) {
  return who === 'everyone' ? { everyone: true } : { participants: who };
}
