/** @typedef {import('../types/messages.js').ErrorCode} ErrorCode */

/** A request that was refused, by the server or before it could be sent. */
export class SignalingError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} message one sentence, in English, for the log
   * @param {number | null} [retryAfter] seconds
   */
  constructor(code, message, retryAfter = null) {
    super(message);
    this.name = 'SignalingError';
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** @param {unknown} error @returns {number} milliseconds to wait that the server asked for */
export function pauseAfter(error) {
  return error instanceof SignalingError ? (error.retryAfter ?? 0) * 1000 : 0;
}
