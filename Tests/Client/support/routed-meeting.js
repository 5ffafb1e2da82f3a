import { Meeting } from './meeting.js';

/** @typedef {import('./meeting.js').Person} Person */

/** A meeting that goes through the server from the beginning, or moves there. */
export class RoutedMeeting extends Meeting {
  /** @param {'mesh' | 'routed'} [topology] */
  constructor(topology = 'routed') {
    super();
    this.server.room = { ...this.server.room, topology };
  }

  /** @param {string[]} names @returns {Promise<any[]>} people who see each other */
  async of(...names) {
    const people = names.map((name) => this.person(name));
    for (const person of people) await person.join();
    for (const person of people) this.shows(person, ...people.filter((other) => other !== person));
    await this.clock.advance(500);
    return people;
  }

  /** These pictures and no others are on somebody's screen. @param {Person} person @param {Person[]} others */
  shows(person, ...others) {
    person.call.look(others.map(({ id }) => ({ participant: id, source: 'camera', width: 640, height: 360 })));
  }

  /** @param {string} type @param {Person} [person] @returns {any[]} the requests of this type */
  asked(type, person) {
    return this.server.requests.filter((request) => request.type === type && (!person || request.by === person.id));
  }

  /** @param {Person} person @returns {any[]} its open connections: to the server first the one on which it publishes */
  connections(person) {
    const tracks = /** @type {any[]} */ (person.devices.tracks);
    const sending = [...this.network.open].filter((pc) => pc.getTransceivers().some((/** @type {any} */ { sender }) => tracks.includes(sender.track)));
    return sending;
  }

  /** @param {Person} person @param {Person} other the track of somebody that is played @param {'audio' | 'video'} kind @returns {any} */
  played(person, other, kind) {
    const stream = person.call.streams(other.id).camera;
    return (kind === 'audio' ? stream?.getAudioTracks() : stream?.getVideoTracks())?.[0] ?? null;
  }

  /** @param {any} track @returns {'server' | 'direct' | null} the way that a track came by */
  wayOf(track) {
    const pc = this.network.all.find((one) => one.getTransceivers().some((/** @type {any} */ { receiver }) => receiver.track === track));
    return pc ? (pc.remoteUfrag?.startsWith('sfu:') ? 'server' : 'direct') : null;
  }
}
