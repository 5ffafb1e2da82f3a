import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { RoutedMeeting } from '../support/routed-meeting.js';

/** @type {RoutedMeeting} */
let all;
/** @type {any} */
let ada;

beforeEach(async () => {
  all = new RoutedMeeting();
  [ada] = await all.of('Ada', 'Bob');
});

/** The server says how many layers are of use. @param {string} source @param {number} layers */
async function need(source, layers) {
  all.server.tell(ada.id, { type: 'demand', source, layers });
  await all.clock.advance(50);
}

const senders = () => all.connections(ada)[0].getTransceivers().map((/** @type {any} */ { sender }) => sender);
/** @param {number} [index] of the m-line: the camera’s unless it is said @returns {boolean[]} which encodings are sent, from the smallest */
const sent = (index = 1) => senders()[index].parameters.encodings.map((/** @type {any} */ { active }) => active ?? true);

describe('what is of use to somebody', () => {
  it('is all that is encoded, within moments of being told', async () => {
    assert.deepEqual(sent(), [true, true, true]);
    await need('camera', 1);
    assert.deepEqual(sent(), [true, false, false]);
    await need('camera', 0);
    assert.deepEqual(sent(), [false, false, false]);
    await need('camera', 3);
    assert.deepEqual(sent(), [true, true, true]);
  });

  it('does not stop a voice', async () => {
    await need('microphone', 0);
    assert.deepEqual(sent(0), [true]);
  });

  it('is remembered through another camera, a renegotiation and an ICE restart', async () => {
    await need('camera', 1);
    await all.during(ada.media.choose('camera', 'other'));
    assert.deepEqual(sent(), [true, false, false]);
    await all.during(ada.call.shareScreen());
    await all.clock.advance(500);
    assert.deepEqual(sent(), [true, false, false]);
    ada.page.online();
    await all.clock.advance(500);
    assert.deepEqual(sent(), [true, false, false]);
  });

  it('is remembered while the camera is off', async () => {
    await need('camera', 2);
    await all.during(ada.call.setVideo(false));
    await all.during(ada.call.setVideo(true));
    assert.deepEqual(sent(), [true, true, false]);
  });

  it('is of each source by itself', async () => {
    await all.during(ada.call.shareScreen());
    await all.clock.advance(500);
    await need('screen', 0);
    assert.deepEqual([sent(2), sent()], [[false], [true, true, true]]);
    await need('screen', 1);
    assert.deepEqual(sent(2), [true]);
  });

  it('is heard after the signalling was away', async () => {
    all.server.cut(ada.id);
    await need('camera', 1);
    await all.clock.advance(3000);
    assert.deepEqual(sent(), [true, false, false]);
  });

  it('is everything again on a new connection', async () => {
    await need('camera', 1);
    const before = all.connections(ada)[0];
    all.server.media.lose(ada.id);
    await all.clock.advance(500);
    assert.notEqual(all.connections(ada)[0], before);
    assert.deepEqual(sent(), [true, true, true]);
  });

  it('is about a former connection until the server has taken up the new one', async () => {
    all.server.refuse = ({ type }) => (type === 'publish' ? { code: 'rateLimited' } : null);
    all.server.media.lose(ada.id);
    await all.clock.advance(100);
    await need('camera', 0);
    all.server.refuse = () => null;
    await all.clock.advance(5000);
    assert.deepEqual(sent(), [true, true, true]);
    await need('camera', 2);
    assert.deepEqual(sent(), [true, true, false]);
  });

  it('is everything again when the room comes back from a mesh', async () => {
    await need('camera', 1);
    all.server.move('mesh');
    await all.clock.advance(10_000);
    assert.equal(ada.state.room.topology, 'mesh');
    all.server.move('routed');
    await all.clock.advance(10_000);
    assert.deepEqual(sent(), [true, true, true]);
  });

  it('is set although the browser had made the parameters void meanwhile', async () => {
    const camera = senders()[1];
    const set = camera.setParameters.bind(camera);
    let tries = 0;
    camera.setParameters = async (/** @type {any} */ parameters) => {
      tries += 1;
      if (tries === 1) throw new DOMException('read them again', 'InvalidStateError');
      return set(parameters);
    };
    await need('camera', 1);
    assert.deepEqual(sent(), [true, false, false]);
    assert.equal(tries, 2);
  });

  it('is set although another source refuses its parameters', async () => {
    const [microphone] = senders();
    microphone.parameters.encodings[0].maxBitrate = 1; // so that there is something to set
    microphone.setParameters = async () => { throw new DOMException('never', 'InvalidModificationError'); };
    await need('camera', 2);
    assert.deepEqual(sent(), [true, true, false]);
  });

  it('is set one change after the other', async () => {
    const camera = senders()[1];
    const set = camera.setParameters.bind(camera);
    let [running, most] = [0, 0];
    camera.setParameters = async (/** @type {any} */ parameters) => {
      most = Math.max(most, running += 1);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      await set(parameters);
      running -= 1;
    };
    for (const layers of [0, 3, 1, 2, 0, 1]) all.server.tell(ada.id, { type: 'demand', source: 'camera', layers });
    await all.clock.advance(100);
    assert.equal(most, 1);
    assert.deepEqual(sent(), [true, false, false]);
  });
});
