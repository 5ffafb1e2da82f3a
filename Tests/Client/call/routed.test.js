import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { FakeTrack } from '../support/fake-media.js';
import { RoutedMeeting } from '../support/routed-meeting.js';

/** @type {RoutedMeeting} */
let all;

beforeEach(() => {
  all = new RoutedMeeting();
});

const layers = (/** @type {any} */ pc) => pc.getTransceivers()[1].sender.parameters.encodings
  .map((/** @type {any} */ { rid, scaleResolutionDownBy, active }) => [rid, scaleResolutionDownBy, active]);

describe('a routed room', () => {
  it('lets everybody see and hear everybody, by two connections each', async () => {
    const people = await all.of('Ada', 'Bob', 'Carl');

    for (const person of people) {
      for (const other of people.filter((one) => one !== person)) {
        assert.deepEqual(person.plays(other), ['audio video', '']);
        assert.deepEqual(person.state.links[other.id], { state: 'connected', relayed: false, path: 'server' });
        assert.ok(person.call.level(other.id) > 0);
      }
    }
    assert.equal(all.network.open.size, 6);
    assert.equal(all.asked('signal').length, 0);
  });

  it('is published to under names, the camera in three layers', async () => {
    const [ada] = await all.of('Ada', 'Bob');

    assert.deepEqual(all.asked('publish')[0].tracks, [{ mid: '0', source: 'microphone' }, { mid: '1', source: 'camera' }]);
    const [publication] = all.connections(ada);
    assert.deepEqual(layers(publication), [['q', 4, true], ['h', 2, true], ['f', 1, true]]);
    assert.equal(publication.getTransceivers()[0].sender.parameters.encodings[0].networkPriority, 'high');
  });

  it('shows a shared screen with its sound on m-lines of their own, which rest afterwards', async () => {
    const [ada, bob] = await all.of('Ada', 'Bob');

    await all.during(ada.call.shareScreen());
    bob.call.look([{ participant: ada.id, source: 'screen', width: 1280, height: 720 }]);
    await all.clock.advance(500);

    assert.deepEqual(all.asked('publish', ada).at(-1).tracks.map((/** @type {any} */ { source }) => source), ['microphone', 'camera', 'screen', 'screenAudio']);
    assert.deepEqual(bob.plays(ada), ['audio video', 'audio video']);

    await all.during(ada.call.stopScreen());
    assert.deepEqual(bob.plays(ada), ['audio video', '']);
    assert.equal(all.connections(ada)[0].getTransceivers()[2].sender.track, null);

    const before = all.asked('publish', ada).length;
    await all.during(ada.call.shareScreen());
    await all.clock.advance(500);
    assert.deepEqual(bob.plays(ada), ['audio video', 'audio video']);
    assert.equal(all.asked('publish', ada).length, before, 'on the m-lines that are there');
  });

  it('is not published to without a device, and is with the first one', async () => {
    const [ada] = await all.of('Ada');
    const bob = all.person('Bob');
    bob.devices.refuses = { audio: 'NotFoundError', video: 'NotFoundError' };
    await bob.join();
    assert.equal(all.asked('publish', bob).length, 0);
    assert.deepEqual(bob.plays(ada), ['audio', ''], 'but listens');

    bob.devices.refuses = {};
    await all.during(bob.call.setVideo(true));
    all.shows(ada, bob);
    await all.clock.advance(500);
    assert.deepEqual(all.asked('publish', bob)[0].tracks, [{ mid: '0', source: 'camera' }]);
    assert.deepEqual(ada.plays(bob), ['video', '']);
  });

  it('is published to by another device without another offer', async () => {
    const [ada] = await all.of('Ada', 'Bob');
    const [publication] = all.connections(ada);
    const former = publication.getTransceivers()[1].sender.track;

    await all.during(ada.media.choose('camera', 'other'));

    assert.notEqual(publication.getTransceivers()[1].sender.track, former);
    assert.equal(publication.getTransceivers()[1].sender.track, ada.media.camera);
    assert.equal(all.asked('publish', ada).length, 1);
  });

  it('is sent nothing of a microphone that is muted', async () => {
    const [ada] = await all.of('Ada', 'Bob');
    const active = () => all.connections(ada)[0].getTransceivers()[0].sender.parameters.encodings[0].active;
    assert.equal(active(), true);
    await all.during(ada.call.setAudio(false));
    assert.equal(active(), false);
    await all.during(ada.call.setAudio(true));
    assert.equal(active(), true);
    assert.equal(all.asked('publish', ada).length, 1);
  });

  it('is not published to again by somebody who may not, until there is something else', async () => {
    await all.of('Ada');
    all.server.refuse = ({ type }) => (type === 'publish' ? { code: 'forbidden' } : null);
    const bob = all.person('Bob');
    await bob.join();
    await all.clock.advance(60_000);
    assert.equal(all.asked('publish').filter(({ by }) => by === bob.id).length, 1);

    all.server.refuse = () => null;
    await all.during(bob.call.setVideo(false));
    await all.during(bob.call.setVideo(true));
    await all.clock.advance(500);
    assert.deepEqual(all.asked('publish', bob).at(-1).tracks.map((/** @type {any} */ { source }) => source), ['microphone', 'camera']);
    assert.equal(bob.state.links[bob.id]?.state, 'connected');
  });

  it('passes a voice to another place without another offer', async () => {
    all.server.media.audioSlots = 1;
    const [ada, bob, carl] = await all.of('Ada', 'Bob', 'Carl');
    assert.deepEqual([ada.plays(bob), ada.plays(carl)], [['audio video', ''], ['video', '']]);
    const offers = all.asked('answerSubscription', ada).length;

    all.server.media.passSlot(ada.id, bob.id, carl.id);
    await all.clock.advance(10);

    assert.deepEqual([ada.plays(bob), ada.plays(carl)], [['video', ''], ['audio video', '']]);
    assert.equal(all.asked('answerSubscription', ada).length, offers);
  });

  it('lets the place of who left go, and gives it to who comes', async () => {
    const [ada, bob] = await all.of('Ada', 'Bob', 'Carl');
    await all.during(bob.call.leave());
    const dora = all.person('Dora');
    await dora.join();
    all.shows(ada, dora);
    await all.clock.advance(500);

    assert.deepEqual(ada.plays(dora), ['audio video', '']);
    assert.deepEqual(ada.plays(bob), ['', '']);
    assert.ok(all.asked('unsubscribe', ada).some(({ tracks }) => tracks.some((/** @type {any} */ { participant }) => participant !== dora.id)));
  });

  it('is left with all its connections', async () => {
    const [ada] = await all.of('Ada', 'Bob');
    await all.during(ada.call.leave());
    assert.equal(all.network.open.size, 2);
    const before = all.server.requests.length;
    ada.call.look([]);
    await all.clock.advance(5000);
    assert.deepEqual(all.server.requests.slice(before).filter(({ by, type }) => by === ada.id && type !== 'ping'), []);
  });
});

describe('a device that encodes little', () => {
  it('publishes two layers of at most 640 pixels', async () => {
    const ada = all.person('Ada', { profile: { layers: 2, longestSide: 640 } });
    const settings = FakeTrack.prototype.getSettings;
    FakeTrack.prototype.getSettings = function sized() { return { ...settings.call(this), width: 1280, height: 720 }; };
    try {
      await ada.join();
      await all.clock.advance(500);
    } finally {
      FakeTrack.prototype.getSettings = settings;
    }
    assert.deepEqual(layers(all.connections(ada)[0]), [['q', 4, true], ['h', 2, true]]);
  });
});
