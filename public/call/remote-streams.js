import { isOn, streamOf } from './sources.js';

/** @typedef {import('../types/call.js').StreamSet} StreamSet */
/** @typedef {import('../types/messages.js').Devices} Devices */
/** @typedef {import('../types/messages.js').MediaSource} MediaSource */
/** @typedef {'camera' | 'screen'} StreamName */

/**
 * What may be played of the others. The server's word decides: a device that it says is off has no track here, whatever arrives.
 *
 * The streams keep their identity while tracks come and go, so that an element that plays one need not begin anew.
 */
export class RemoteStreams {
  /** @type {Map<string, Record<StreamName, MediaStream>>} */
  #streams = new Map();
  #MediaStream;

  /** @param {typeof MediaStream} MediaStream */
  constructor(MediaStream) {
    this.#MediaStream = MediaStream;
  }

  /** @param {string} participant @returns {StreamSet} null where there is nothing to play */
  of(participant) {
    const streams = this.#streams.get(participant);
    return { camera: filled(streams?.camera), screen: filled(streams?.screen) };
  }

  /**
   * Brings the streams in line with what arrives and what may be played of it.
   *
   * @param {string} participant
   * @param {{ source: MediaSource, track: MediaStreamTrack }[]} received
   * @param {Devices | undefined} devices
   * @returns {boolean} whether something changed
   */
  update(participant, received, devices) {
    const streams = this.#streams.get(participant) ?? { camera: new this.#MediaStream(), screen: new this.#MediaStream() };
    this.#streams.set(participant, streams);
    const playable = received.filter(({ source, track }) => track.readyState !== 'ended' && isOn(source, devices));
    const changes = (/** @type {StreamName} */ name) =>
      fill(streams[name], playable.filter(({ source }) => streamOf(source) === name).map(({ track }) => track));
    const camera = changes('camera');
    const screen = changes('screen');
    return camera || screen;
  }

  /** @param {string} participant @returns {boolean} whether there was something */
  forget(participant) {
    return this.#streams.delete(participant);
  }
}

/** @param {MediaStream} stream @param {MediaStreamTrack[]} tracks @returns {boolean} whether it changed */
function fill(stream, tracks) {
  const present = stream.getTracks();
  const surplus = present.filter((track) => !tracks.includes(track));
  const missing = tracks.filter((track) => !present.includes(track));
  for (const track of surplus) stream.removeTrack(track);
  for (const track of missing) stream.addTrack(track);
  return surplus.length + missing.length > 0;
}

/** @param {MediaStream | undefined} stream */
function filled(stream) {
  return stream && stream.getTracks().length > 0 ? stream : null;
}
