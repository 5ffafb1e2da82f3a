import { selectedPair } from './mesh-link.js';
import { summarize } from './statistics.js';

/** What a connection test found, and what it means for a call. */

/** @typedef {import('../types/call.js').EchoFigures} EchoFigures */
/** @typedef {import('../types/call.js').EchoVerdict} EchoVerdict */

/** Seconds over which figures are taken: the last two readings alone would jump. */
export const windowSeconds = 5;

/** From here on a person notices, and from there on a call is no joy: to the server and back, which is half the way to somebody. */
const noticed = { loss: 0.02, delay: 200, jitter: 40, bitsPerSecond: 300_000 };
const bad = { loss: 0.08, delay: 500, jitter: 120, bitsPerSecond: 100_000 };

const connectSeconds = 15; // checks over UDP and TCP are done by then
const settleSeconds = 4; // until figures mean something
const silenceSeconds = 8; // a keyframe has been asked for several times by then
const growthSeconds = 12; // until the sender has found out what the way carries

/** @type {Readonly<EchoFigures>} */
export const noFigures = Object.freeze({
  protocol: null, ipVersion: null, port: null, roundTripTime: null, lossSent: null, lossReceived: null, jitter: null,
  bitsPerSecondSent: 0, bitsPerSecondReceived: 0, framesDecoded: 0, sent: null, received: null, availableBitsPerSecond: null,
});

/**
 * Both connections' reports at one moment.
 *
 * @typedef {object} EchoReading
 * @property {RTCStatsReport} publication
 * @property {RTCStatsReport} subscription
 */

/**
 * @param {readonly EchoReading[]} readings the latest last, a second apart
 * @returns {EchoFigures}
 */
export function figuresOf(readings) {
  const latest = readings.at(-1);
  if (!latest) return noFigures;
  const then = readings[0] ?? latest;
  const up = summarize(sample(latest.publication), sample(then.publication));
  const down = summarize(sample(latest.subscription), sample(then.subscription));
  const far = farCandidate(latest.publication);
  return {
    protocol: up.protocol === 'tcp' || down.protocol === 'tcp' ? 'tcp' : up.protocol === null ? null : 'udp',
    ipVersion: far?.address ? (String(far.address).includes(':') ? 6 : 4) : null,
    port: far?.port ?? null,
    roundTripTime: up.roundTripTime ?? down.roundTripTime,
    lossSent: mean(readings.map(({ publication }) => summarize(sample(publication), null).lossSent)),
    lossReceived: down.lossReceived,
    jitter: down.jitter,
    bitsPerSecondSent: up.bitsPerSecondSent,
    bitsPerSecondReceived: down.bitsPerSecondReceived,
    framesDecoded: down.framesDecoded,
    sent: up.sent.camera,
    received: down.received.camera,
    availableBitsPerSecond: up.availableBitsPerSecond,
  };
}

/**
 * What the figures mean; null while it is too early to say.
 *
 * @param {EchoFigures} figures
 * @param {{ isConnected: boolean, wasConnected: boolean, seconds: number }} progress `seconds` since it was connected, or since the beginning where it never was
 * @returns {EchoVerdict | null}
 */
export function verdictOn(figures, { isConnected, wasConnected, seconds }) {
  if (!wasConnected) return seconds < connectSeconds ? null : { quality: 'bad', reason: 'blocked' };
  if (!isConnected) return { quality: 'bad', reason: 'lost' };
  if (seconds < settleSeconds) return null;
  if (figures.bitsPerSecondReceived === 0) return seconds < silenceSeconds ? null : { quality: 'bad', reason: 'silent' };
  return worst(bad, 'bad', figures, seconds) ?? worst(noticed, 'usable', figures, seconds) ?? overTCP(figures) ?? { quality: 'good', reason: null };
}

/**
 * @param {typeof bad} bounds
 * @param {'bad' | 'usable'} quality
 * @param {EchoFigures} figures
 * @param {number} seconds
 * @returns {EchoVerdict | null}
 */
function worst(bounds, quality, figures, seconds) {
  const isNarrow = seconds >= growthSeconds && (figures.availableBitsPerSecond ?? Infinity) < bounds.bitsPerSecond;
  if (Math.max(figures.lossSent ?? 0, figures.lossReceived ?? 0) > bounds.loss) return { quality, reason: 'loss' };
  if ((figures.roundTripTime ?? 0) > bounds.delay) return { quality, reason: 'delay' };
  if ((figures.jitter ?? 0) > bounds.jitter) return { quality, reason: 'jitter' };
  return isNarrow ? { quality, reason: 'bandwidth' } : null;
}

/** @param {EchoFigures} figures @returns {EchoVerdict | null} */
function overTCP({ protocol }) {
  return protocol === 'tcp' ? { quality: 'usable', reason: 'tcp' } : null;
}

/**
 * One connection, whose only picture is the camera's.
 *
 * @param {RTCStatsReport} report
 * @returns {import('./statistics.js').Sample}
 */
function sample(report) {
  const mids = [...report.values()].filter(({ type, kind }) => /^(in|out)bound-rtp$/.test(type) && kind === 'video').map(({ mid }) => [mid, 'camera']);
  return { report, state: 'connected', sent: Object.fromEntries(mids), received: Object.fromEntries(mids) };
}

/** @param {RTCStatsReport} report @returns {any} */
function farCandidate(report) {
  return report.get(selectedPair(report)?.remoteCandidateId);
}

/** @param {(number | null)[]} values */
function mean(values) {
  const known = /** @type {number[]} */ (values.filter((value) => value !== null));
  return known.length > 0 ? known.reduce((total, value) => total + value, 0) / known.length : null;
}
