/** @typedef {import('../types/messages.js').MediaSource} MediaSource */
/** @typedef {import('../types/messages.js').Devices} Devices */

/**
 * What a participant can publish, in the order in which it is offered.
 *
 * @type {readonly MediaSource[]}
 */
export const sources = ['microphone', 'camera', 'screen', 'screenAudio'];

/** @param {MediaSource} source @returns {'audio' | 'video'} */
export function kindOf(source) {
  return source === 'microphone' || source === 'screenAudio' ? 'audio' : 'video';
}

/** @param {MediaSource} source @returns {'camera' | 'screen'} the stream it is played with */
export function streamOf(source) {
  return source === 'microphone' || source === 'camera' ? 'camera' : 'screen';
}

/** @param {'camera' | 'screen'} stream @param {string} kind @returns {MediaSource} */
export function sourceOf(stream, kind) {
  if (stream === 'camera') return kind === 'audio' ? 'microphone' : 'camera';
  return kind === 'audio' ? 'screenAudio' : 'screen';
}

/** @param {MediaSource} source @param {Devices | undefined} devices @returns {boolean} whether the server says that it is on */
export function isOn(source, devices) {
  switch (source) {
    case 'microphone': return devices?.audio ?? false;
    case 'camera': return devices?.video ?? false;
    case 'screen': case 'screenAudio': return devices?.screen ?? false;
  }
}

/**
 * The tracks of this person by source.
 *
 * @param {import('./peer.js').LocalTracks} local
 * @returns {Record<MediaSource, MediaStreamTrack | null>}
 */
export function tracksBySource({ microphone, camera, screen }) {
  return {
    microphone,
    camera,
    screen: screen?.getVideoTracks()[0] ?? null,
    screenAudio: screen?.getAudioTracks()[0] ?? null,
  };
}
