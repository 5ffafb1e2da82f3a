/** @typedef {import('../types/call.js').MediaProblem} MediaProblem */

/** A camera, microphone or screen that could not be had. */
export class MediaError extends Error {
  /** @param {MediaProblem} code @param {unknown} [cause] */
  constructor(code, cause) {
    super(`media: ${code}`, { cause });
    this.name = 'MediaError';
    this.code = code;
  }

  /**
   * Says in one word why `getUserMedia` or `getDisplayMedia` refused.
   *
   * @param {unknown} error
   * @returns {MediaProblem}
   */
  static problem(error) {
    switch (/** @type {{ name?: string } | null} */ (error)?.name) {
      case 'NotAllowedError': return 'denied';
      case 'NotFoundError':
      case 'OverconstrainedError': return 'notFound';
      case 'NotReadableError':
      case 'AbortError': return 'inUse';
      case 'SecurityError': return 'insecure';
      case 'NotSupportedError': return 'unsupported';
      default: return 'other';
    }
  }
}
