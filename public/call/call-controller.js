import { SignalingError } from '../signaling/signaling-error.js';
import { idle } from '../state/call-state.js';

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
 * @property {Storage} [session] lives as long as the tab: the resume token
 * @property {Storage} [storage] lives as long as the browser's profile: host keys
 * @property {import('../types/call.js').Clock} [clock]
 * @property {() => number} [random]
 * @property {import('../types/call.js').PageEvents} [page]
 */

/**
 * One person's part in one call: what the elements show comes from `state` and `streams`, what they ask for goes through the methods.
 *
 * Every method that asks the server rejects with a `SignalingError` when it refuses. Events: see `CallEvents` in `types/call.d.ts`.
 */
export class CallController extends EventTarget {
  /** @type {CallState} */
  #state = idle;

  /** @param {CallOptions} options */
  constructor(options) {
    super();
    this.media = options.media;
  }

  /** The call at this moment; replaced, never changed. Event `change` tells of a new one. */
  get state() { return this.#state; }

  /**
   * What may be played of a participant: a device that the server says is off has no track here.
   *
   * @param {string} participant
   * @returns {import('../types/call.js').StreamSet}
   */
  streams(participant) {
    void participant;
    return { camera: null, screen: null };
  }

  /**
   * How loud a participant is now, 0…1 on a scale of decibels; one's own too.
   *
   * @param {string} participant
   */
  level(participant) {
    return participant === this.#state.me ? this.media.level() : 0;
  }

  /**
   * Whether this tab was in the room a moment ago (a reload), so that `join` needs no question.
   *
   * @param {string} room
   * @returns {string | null} the name it had there
   */
  returning(room) {
    void room;
    return null;
  }

  /** @param {JoinOptions} options @returns {Promise<void>} */
  async join(options) {
    void options;
    throw new SignalingError('unreachable', 'no server');
  }

  async leave() {}

  /** @param {boolean} on */
  async setAudio(on) { await this.media.setAudio(on); }
  /** @param {boolean} on */
  async setVideo(on) { await this.media.setVideo(on); }
  async shareScreen() { await this.media.startScreen(); }
  async stopScreen() { this.media.stopScreen(); }

  /** @param {string} name */
  async rename(name) { await this.#request({ type: 'rename', name }); }
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
  async deny(who, message) { return (await this.#request({ type: 'deny', ...addressees(who), ...(message ? { message } : {}) })).count; }
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

  /** @returns {Promise<import('../types/call.js').CallStatistics>} */
  async statistics() { return { time: Date.now(), links: {} }; }

  /**
   * @template {RoomRequest} R
   * @param {R} request
   * @returns {Promise<import('../types/messages.js').Results[R['type']]>}
   */
  async #request(request) {
    throw new SignalingError('disconnected', `no connection for ${request.type}`);
  }
}

/** @param {string[] | 'everyone'} who @returns {import('../types/messages.js').Addressees} */
function addressees(who) {
  return who === 'everyone' ? { everyone: true } : { participants: who };
}
