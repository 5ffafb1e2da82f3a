import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Meeting } from '../support/meeting.js';

/** @type {Meeting} */
let all;

beforeEach(() => {
  all = new Meeting();
  all.server.room = { ...all.server.room, topology: 'routed' };
});

/** @param {import('../support/meeting.js').Person} person @param {import('../support/meeting.js').Person[]} others */
function sees(person, ...others) {
  person.call.look(others.map(({ id }) => ({ participant: id, source: 'camera', width: 640, height: 360 })));
}

/** Ada, Bob and Carl, who see each other. */
async function three() {
  const people = ['Ada', 'Bob', 'Carl'].map((name) => all.person(name));
  for (const person of people) await person.join();
  for (const person of people) sees(person, ...people.filter((other) => other !== person));
  await all.clock.advance(500);
  return /** @type {[any, any, any]} */ (people);
}

/** @param {string} type */
const asked = (type) => all.server.requests.filter((request) => request.type === type);

describe('a routed room', () => {
  it('lets everybody see and hear everybody, by two connections each', async () => {
    const people = await three();

    for (const person of people) {
      for (const other of people.filter((/** @type {any} */ one) => one !== person)) {
        assert.deepEqual(person.plays(other), ['audio video', '']);
        assert.deepEqual(person.state.links[other.id], { state: 'connected', relayed: false, path: 'server' });
        assert.ok(person.call.level(other.id) > 0);
      }
    }
    assert.equal(all.network.open.size, 6);
    assert.equal(asked('signal').length, 0);
  });

  it('publishes the camera in three layers under its name', async () => {
    await three();

    const [publish] = asked('publish');
    assert.deepEqual(publish.tracks, [{ mid: '0', source: 'microphone' }, { mid: '1', source: 'camera' }]);
    const [audio, video] = all.network.all[0].getTransceivers();
    assert.deepEqual(video.sender.parameters.encodings.map((/** @type {any} */ { rid, scaleResolutionDownBy, active }) => [rid, scaleResolutionDownBy, active]),
      [['q', 4, true], ['h', 2, true], ['f', 1, true]]);
    assert.equal(audio.sender.parameters.encodings.length, 1);
  });
});
