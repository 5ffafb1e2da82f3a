import assert from 'node:assert/strict';
import { CallController } from '../../../public/call/call-controller.js';
import { LocalMedia } from '../../../public/call/local-media.js';
import { FakeMediaDevices, FakeMediaStream } from './fake-media.js';
import { FakePage, FakeStorage } from './fake-page.js';
import { FakeNetwork, fakePeerConnection } from './fake-peer-connection.js';
import { FakeServer } from './fake-server.js';
import { VirtualClock } from './virtual-clock.js';

/** A server, a network between browsers, and time; people come with their own browsers. */
export class Meeting {
  clock = new VirtualClock();
  network = new FakeNetwork();
  server = new FakeServer(this.clock);

  /** @param {string} name @param {{ session?: FakeStorage, storage?: FakeStorage, profile?: any }} [kept] what a former page of theirs left, and what their device encodes */
  person(name, kept = {}) { return new Person(this, name, kept); }

  /** @returns {Promise<[Person, Person]>} Ada, who was there first and is host, and Bob */
  async two() {
    const [ada, bob] = [this.person('Ada'), this.person('Bob')];
    await ada.join();
    await bob.join();
    return [ada, bob];
  }

  /** Lets the time pass that something takes. @template T @param {Promise<T>} promise @returns {Promise<T>} */
  async during(promise) {
    let isOver = false;
    promise.then(() => (isOver = true), () => (isOver = true));
    for (let turn = 0; turn < 100 && !isOver; turn += 1) await this.clock.advance(10);
    assert.ok(isOver, 'it takes longer than a second');
    await this.clock.advance(100);
    return promise;
  }
}

/** Somebody with a browser. */
export class Person {
  devices = new FakeMediaDevices();
  page = new FakePage();
  /** @type {any[]} */
  events = [];
  #meeting;

  /** @param {Meeting} meeting @param {string} name @param {{ session?: FakeStorage, storage?: FakeStorage, profile?: any }} kept */
  constructor(meeting, name, { session = new FakeStorage(), storage = new FakeStorage(), profile }) {
    const { clock, network, server } = meeting;
    this.#meeting = meeting;
    this.name = name;
    this.session = session;
    this.storage = storage;
    this.media = new LocalMedia(/** @type {any} */ (this.devices), undefined, { MediaStream: /** @type {any} */ (FakeMediaStream) });
    this.call = new CallController({
      root: new URL('https://meet.example/talk/'),
      PeerConnection: fakePeerConnection(network),
      MediaStream: /** @type {any} */ (FakeMediaStream),
      WebSocket: server.WebSocket,
      media: this.media,
      clock, session, storage, page: this.page.events, random: () => 0, ...(profile ? { profile } : {}),
    });
    for (const type of ['change', 'streams', 'reaction', 'moderated', 'notice']) {
      this.call.addEventListener(type, (event) => this.events.push([type, /** @type {CustomEvent} */ (event).detail]));
    }
  }

  /** @param {object} [options] */
  async join(options = {}) {
    await this.media.open();
    await this.#meeting.during(this.call.join({ room: 'tea', name: this.name, ...options }));
    await this.#meeting.clock.advance(200);
  }

  get state() { return this.call.state; }
  get id() { return /** @type {string} */ (this.state.me); }

  /** @param {Person} other what may be played of somebody: the kinds of camera and of screen */
  plays(other) {
    const { camera, screen } = this.call.streams(other.id);
    const kinds = (/** @type {any} */ stream) => stream?.getTracks().map((/** @type {any} */ { kind }) => kind).sort().join(' ') ?? '';
    return [kinds(camera), kinds(screen)];
  }

  /** @param {string} type */
  heard(type) { return this.events.filter(([one]) => one === type).map(([, detail]) => detail); }
}
