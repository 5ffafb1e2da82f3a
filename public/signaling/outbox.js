import { SignalingError } from './signaling-error.js';
import { isRepeatable } from './verdicts.js';

/** @typedef {import('../types/messages.js').RoomRequest} RoomRequest */
/** @typedef {import('./connection.js').Connection} Connection */

/**
 * @typedef {object} Entry
 * @property {RoomRequest} message
 * @property {(data: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {boolean} sent
 */

const limit = 32;
const signalLimit = 256; // the candidates of several links through one outage

/** The requests that have no answer yet, in order; those that may be repeated outlive the connection they were made on. */
export class Outbox {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Connection | null} */
  #connection = null;

  /**
   * Sends a request, or keeps it for the next connection when there is none and it may be repeated.
   *
   * @template {RoomRequest} R
   * @param {R} message
   * @returns {Promise<import('../types/messages.js').Results[R['type']]>}
   */
  request(message) {
    return new Promise((resolve, reject) => {
      const entry = { message, resolve, reject, sent: false };
      if (!this.#connection && !isRepeatable(message.type)) {
        return reject(new SignalingError('disconnected', 'There is no connection to the server now.'));
      }
      if (!this.#connection && this.#isFull(message.type)) {
        return reject(new SignalingError('tooManyPending', 'Too many requests wait for the connection.'));
      }
      this.#entries.push(entry);
      if (this.#connection) this.#send(entry, this.#connection);
    });
  }

  /**
   * What waited goes out first, in order.
   *
   * @param {Connection} connection
   */
  connected(connection) {
    this.#connection = connection;
    for (const entry of [...this.#entries]) if (!entry.sent) this.#send(entry, connection);
  }

  /** What may not be repeated is refused: whether it was done is unknown. */
  disconnected() {
    this.#connection = null;
    const lost = this.#entries.filter(({ message }) => !isRepeatable(message.type));
    this.#entries = this.#entries.filter(({ message }) => isRepeatable(message.type));
    for (const entry of this.#entries) entry.sent = false;
    for (const { reject } of lost) {
      reject(new SignalingError('connectionLost', 'The connection was lost before the answer came.'));
    }
  }

  /**
   * Refuses what waits.
   *
   * @param {(message: RoomRequest) => boolean} [which]
   */
  clear(which = () => true) {
    const refused = this.#entries.filter(({ message }) => which(message));
    this.#entries = this.#entries.filter((entry) => !refused.includes(entry));
    for (const { reject } of refused) reject(new SignalingError('ended', 'The call is over.'));
  }

  /** @param {RoomRequest['type']} type */
  #isFull(type) {
    const signals = this.#entries.filter(({ message }) => message.type === 'signal').length;
    return type === 'signal' ? signals >= signalLimit : this.#entries.length - signals >= limit;
  }

  /** @param {Entry} entry @param {Connection} connection */
  #send(entry, connection) {
    entry.sent = true;
    connection.request(entry.message).then(
      (data) => this.#settle(entry, () => entry.resolve(data)),
      (error) => {
        if (error.code === 'connectionLost' && isRepeatable(entry.message.type)) return; // it is sent again
        this.#settle(entry, () => entry.reject(error));
      },
    );
  }

  /** @param {Entry} entry @param {() => void} answer */
  #settle(entry, answer) {
    this.#entries = this.#entries.filter((one) => one !== entry);
    answer();
  }
}
