import { has, t } from '../i18n/translate.js';

/**
 * What to say of an error: what happened and what to do, in one sentence of the chosen language.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function refusalText(error) {
  const { code, retryAfter } = refusalOf(error);
  if (retryAfter !== null && retryAfter > 0 && has(`error.${code}.wait`)) {
    return t(`error.${code}.wait`, { count: Math.ceil(retryAfter) });
  }
  return has(`error.${code}`) ? t(`error.${code}`) : t('error.internal');
}

/** What each action needs that may be missing, as the message files name it. */
const devices = Object.freeze({ setAudio: 'microphone', setVideo: 'camera', shareScreen: 'screen' });
const deviceProblems = Object.freeze(['denied', 'notFound', 'inUse', 'insecure', 'unsupported', 'other']);

/**
 * The sentence for a device that could not be had; null when the refusal is about something else.
 * The codes of devices and of the server overlap (`notFound`), so the action decides.
 *
 * @param {string} action
 * @param {string} code
 * @returns {string | null}
 */
export function deviceRefusal(action, code) {
  const device = devices[/** @type {keyof typeof devices} */ (action)];
  return device !== undefined && deviceProblems.includes(code) ? `media.${device}.${code}` : null;
}

/**
 * @param {unknown} error
 * @returns {{code: string, retryAfter: number | null}}
 */
export function refusalOf(error) {
  if (typeof error !== 'object' || error === null || !('code' in error)) return { code: 'internal', retryAfter: null };
  const code = String(/** @type {{code: unknown}} */ (error).code);
  const retryAfter = /** @type {{retryAfter?: unknown}} */ (error).retryAfter;
  return { code, retryAfter: typeof retryAfter === 'number' ? retryAfter : null };
}
