/** How much of the uplink each track may take, and what gives way when it is not enough. */

const audioBitrate = 64_000; // Opus, mono speech and stereo music alike
const cameraBitrates = [2_500_000, 1_200_000, 800_000]; // for one, two, three receivers: each gets its own encoding
const screenBitrate = 2_500_000; // letters at 1080p and few frames

/** @typedef {import('../types/messages.js').MediaSource} Slot */

/**
 * The most bits per second a sender may use.
 *
 * @param {Slot} slot
 * @param {number} receivers how many links carry the same track
 */
export function maxBitrate(slot, receivers) {
  switch (slot) {
    case 'camera': return cameraBitrates[Math.min(Math.max(receivers, 1), cameraBitrates.length) - 1];
    case 'screen': return screenBitrate;
    case 'microphone': return audioBitrate;
    case 'screenAudio': return 2 * audioBitrate;
  }
}

/**
 * Applies the limits to a sender; a browser that knows a parameter not ignores it.
 *
 * @param {RTCRtpSender} sender
 * @param {Slot} slot
 * @param {number} receivers
 * @returns {Promise<void>}
 */
export async function limit(sender, slot, receivers) {
  const parameters = sender.getParameters();
  const encodings = parameters.encodings ?? [];
  const wanted = maxBitrate(slot, receivers);
  if (encodings.length === 0 || encodings.every((encoding) => encoding.maxBitrate === wanted)) return;
  for (const encoding of encodings) encoding.maxBitrate = wanted;
  if (slot === 'camera') parameters.degradationPreference = 'balanced';
  if (slot === 'screen') parameters.degradationPreference = 'maintain-resolution';
  if (slot === 'microphone') for (const encoding of encodings) encoding.networkPriority = 'high'; // voice before pictures
  await sender.setParameters(parameters);
}
