/** What the publication sends of each track: how many layers, how large, how many bits. */

/** @typedef {import('../types/messages.js').MediaSource} MediaSource */

/**
 * What this device can encode.
 *
 * @typedef {object} EncodingProfile
 * @property {number} layers of the camera
 * @property {number} longestSide of the largest layer, in pixels
 */

const largestLayer = 1_700_000; // bits per second
/** From the smallest: at 720p 180, 360 and 720 lines; each costs about three times the one before. */
const layers = Object.freeze([
  { rid: 'q', maxBitrate: 150_000 },
  { rid: 'h', maxBitrate: 500_000 },
  { rid: 'f', maxBitrate: largestLayer },
]);
const screenBitrate = 2_500_000; // letters at 1080p and few frames
const screenSide = 1920; // pixels: of a larger screen letters stay legible, and it costs four times as much
const audioBitrate = 64_000; // Opus
/**
 * From how many pixels of the longer side on a camera is sent in so many layers. Chromium leaves out the last of those that it
 * finds to be too many, which would be the picture in full.
 */
const sidesByLayers = Object.freeze([0, 480, 960]);

/** @type {EncodingProfile} */
export const fullProfile = Object.freeze({ layers: 3, longestSide: 1280 });
/** @type {EncodingProfile} a phone, or a machine that has enough to do */
export const smallProfile = Object.freeze({ layers: 2, longestSide: 640 });
/** @type {EncodingProfile} for the connection test, which nobody else watches */
export const singleProfile = Object.freeze({ layers: 1, longestSide: 1280 });

/**
 * What this device is taken to encode beside decoding the others.
 *
 * @param {{ userAgentData?: { mobile?: boolean }, userAgent?: string, hardwareConcurrency?: number, deviceMemory?: number }} navigator
 * @returns {EncodingProfile}
 */
export function profileOf({ userAgentData, userAgent = '', hardwareConcurrency = 4, deviceMemory = 8 }) {
  const isPhone = userAgentData?.mobile ?? /Mobi|Android|iPhone|iPad/.test(userAgent);
  return isPhone || hardwareConcurrency < 2 || deviceMemory <= 2 ? smallProfile : fullProfile;
}

/**
 * The encodings of a source, from the smallest.
 *
 * @param {MediaSource} source
 * @param {MediaStreamTrack} track
 * @param {EncodingProfile} profile
 * @param {boolean} lowestOnly the other layers rest
 * @param {number} [needed] so many of the layers are of use to somebody, counted from the smallest
 * @returns {RTCRtpEncodingParameters[]}
 */
export function encodingsOf(source, track, profile, lowestOnly, needed = Infinity) {
  const { width = 1280, height = 720 } = track.getSettings?.() ?? {};
  const side = Math.max(width, height);
  switch (source) {
    case 'microphone': return [{ maxBitrate: audioBitrate, networkPriority: 'high', active: track.enabled }]; // voice before pictures, silence never
    case 'screenAudio': return [{ maxBitrate: 2 * audioBitrate }];
    case 'screen': return [{ maxBitrate: screenBitrate, scaleResolutionDownBy: Math.max(1, side / screenSide), active: needed > 0 }];
    case 'camera': return cameraEncodings(side, profile, lowestOnly ? Math.min(needed, 1) : needed);
  }
}

/** @param {number} side the longer one @param {EncodingProfile} profile @param {number} needed how many of the layers */
function cameraEncodings(side, profile, needed) {
  const scale = Math.max(1, side / profile.longestSide);
  if (profile.layers === 1) return [{ maxBitrate: largestLayer, scaleResolutionDownBy: scale, active: needed > 0 }];
  const used = Math.min(profile.layers, sidesByLayers.filter((least) => side / scale >= least).length);
  return layers.slice(0, profile.layers).map((layer, index) => ({
    ...layer,
    scaleResolutionDownBy: scale * 2 ** Math.max(0, used - 1 - index),
    active: index < Math.min(used, needed),
  }));
}

/**
 * Has a sender send so; what a browser does not know it ignores. Encodings are known by their names where they have some:
 * browsers do not agree on their order.
 *
 * @param {RTCRtpSender} sender
 * @param {MediaSource} source
 * @param {RTCRtpEncodingParameters[]} wanted
 */
export async function applyEncodings(sender, source, wanted) {
  const parameters = sender.getParameters();
  const encodings = parameters.encodings ?? [];
  const pairs = encodings.map((one, index) => /** @type {const} */ ([one, wanted.find(({ rid }) => rid && rid === one.rid) ?? wanted[index] ?? {}]));
  if (encodings.length !== wanted.length || pairs.every(([is, should]) => agrees(is, should))) return;
  for (const [encoding, { rid, ...changes }] of pairs) Object.assign(encoding, changes);
  if (source === 'camera') parameters.degradationPreference = 'balanced';
  if (source === 'screen') parameters.degradationPreference = 'maintain-resolution';
  await sender.setParameters(parameters);
}

/** @param {RTCRtpEncodingParameters} is @param {RTCRtpEncodingParameters} wanted */
function agrees(is, wanted) {
  return (is.active ?? true) === (wanted.active ?? true)
    && is.maxBitrate === wanted.maxBitrate
    && (is.scaleResolutionDownBy ?? 1) === (wanted.scaleResolutionDownBy ?? 1);
}
