import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { RoutedMeeting } from '../support/routed-meeting.js';

/** @type {RoutedMeeting} */
let all;
/** @type {any} */
let ada;
/** @type {any} */
let bob;

beforeEach(async () => {
  all = new RoutedMeeting();
  [ada, bob] = await all.of('Ada', 'Bob');
});

const publication = () => all.connections(ada)[0];
/** Ada's connection on which she receives. */
const subscription = () => [...all.network.open].find((pc) => pc.getTransceivers().some((/** @type {any} */ { receiver }) =>
  receiver.track === all.played(ada, bob, 'audio')));
const seesAndHears = () => assert.deepEqual(ada.plays(bob), ['audio video', '']);

describe('a publication whose path is lost', () => {
  it('is given a new path, and says so meanwhile', async () => {
    const before = publication();
    before.become('failed');
    assert.equal(ada.state.links[ada.id]?.state, 'unstable');
    await all.clock.advance(500);

    assert.equal(before.restarts, 1);
    assert.equal(publication(), before);
    assert.equal(ada.state.links[ada.id]?.state, 'connected');
  });

  it('mends itself where it can, within two seconds', async () => {
    publication().become('disconnected');
    await all.clock.advance(1500);
    publication().become('connected');
    await all.clock.advance(30_000);
    assert.equal(publication().restarts, 0);
  });

  it('is replaced when two restarts have not helped', async () => {
    const before = publication();
    all.network.serverUp = false;
    before.become('failed');
    await all.clock.advance(14_000);
    assert.equal(before.restarts, 2);
    assert.notEqual(publication(), before);
    assert.equal(ada.state.links[ada.id]?.state, 'failed');

    all.network.serverUp = true;
    all.network.update();
    await all.clock.advance(500);
    assert.equal(ada.state.links[ada.id]?.state, 'connected');
    assert.deepEqual(all.asked('publish', ada).at(-1).tracks.length, 2);
  });

  it('is replaced at growing intervals when its offers are refused', async () => {
    all.server.refuse = ({ type }) => (type === 'publish' ? { code: 'invalidDescription' } : null);
    publication().become('failed');
    await all.clock.advance(20_000);
    const tries = all.asked('publish', ada).length;
    assert.ok(tries > 4 && tries < 12, `${tries} tries`);

    all.server.refuse = () => null;
    await all.clock.advance(9000);
    assert.equal(ada.state.links[ada.id]?.state, 'connected');
  });
});

describe('a subscription whose path is lost', () => {
  it('asks the server for a new path, and says so meanwhile', async () => {
    const before = subscription();
    before.become('failed');
    assert.equal(ada.state.links[bob.id]?.state, 'unstable');
    await all.clock.advance(500);

    assert.deepEqual(all.asked('restartSubscription', ada).map(({ anew }) => anew ?? false), [false]);
    assert.equal(subscription(), before);
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
  });

  it('asks for another connection when that has not helped, and plays the former one until it is there', async () => {
    all.network.serverUp = false;
    subscription().become('failed');
    await all.clock.advance(14_000);
    assert.equal(all.asked('restartSubscription', ada).at(-1).anew, true);
    seesAndHears();
    const played = all.played(ada, bob, 'video');

    all.network.serverUp = true;
    all.network.update();
    await all.clock.advance(500);
    seesAndHears();
    assert.notEqual(all.played(ada, bob, 'video'), played);
    assert.equal(all.network.open.size, 4, 'the former one is closed');
  });

  it('asks for another connection when its answer is refused', async () => {
    all.server.refuse = ({ type }) => (type === 'answerSubscription' ? { code: 'invalidDescription' } : null);
    const carl = all.person('Carl');
    await carl.join();
    await all.clock.advance(1000);
    all.server.refuse = () => null;
    await all.clock.advance(9000);

    assert.ok(all.asked('restartSubscription', ada).some(({ anew }) => anew));
    assert.deepEqual(ada.plays(carl), ['audio video', '']);
  });
});

describe('a server that has too much to do', () => {
  for (const code of ['rateLimited', 'timedOut']) {
    it(`is given the same answer again after ${code}, on the same connection`, async () => {
      const before = subscription();
      all.server.refuse = ({ type }) => (type === 'answerSubscription' ? /** @type {any} */ ({ code, retryAfter: 4 }) : null);
      const carl = all.person('Carl');
      await carl.join();
      await all.clock.advance(500);
      all.server.refuse = () => null;
      await all.clock.advance(3000);
      const answers = all.asked('answerSubscription', ada);
      assert.equal(all.server.media.peers.get(ada.id)?.inFlight, true, 'not before the time that was asked for');

      await all.clock.advance(2000);
      all.shows(ada, bob, carl);
      await all.clock.advance(500);

      assert.deepEqual(all.asked('answerSubscription', ada)[answers.length].answer, answers.at(-1).answer);
      assert.equal(all.asked('restartSubscription', ada).length, 0);
      assert.equal(subscription(), before);
      assert.deepEqual(ada.plays(carl), ['audio video', '']);
    });
  }

  it('is asked again for another connection', async () => {
    const before = subscription();
    all.server.refuse = ({ type }) => {
      if (type === 'answerSubscription') return { code: 'invalidDescription' };
      return type === 'restartSubscription' ? { code: 'rateLimited' } : null;
    };
    const carl = all.person('Carl');
    await carl.join();
    await all.clock.advance(500);
    all.server.refuse = () => null;
    await all.clock.advance(2500);

    assert.deepEqual(all.asked('restartSubscription', ada).map(({ anew }) => anew), [true, true]);
    assert.notEqual(subscription(), before);
    seesAndHears();
    assert.deepEqual(ada.plays(carl), ['audio video', '']);
  });
});

describe('without signalling', () => {
  it('for a while, media goes on as it was', async () => {
    const before = [...all.network.open];
    all.server.cut(ada.id);
    await all.clock.advance(2000);

    assert.equal(ada.state.phase, 'joined');
    assert.deepEqual([...all.network.open], before);
    assert.equal(all.asked('restartSubscription').length + all.asked('publish', ada).length, 1);
    seesAndHears();
  });

  it('an offer that had no answer is made again', async () => {
    all.server.refuse = ({ type }) => {
      if (type === 'publish') all.server.cut(ada.id);
      return null;
    };
    await ada.media.startScreen();
    await all.clock.advance(5);
    all.server.refuse = () => null;
    await all.clock.advance(3000);

    assert.equal(all.asked('publish', ada).at(-1).tracks.length, 4);
    assert.deepEqual(all.server.media.peers.get(ada.id)?.published, ['microphone', 'camera', 'screen', 'screenAudio']);
    assert.equal(publication().signalingState, 'stable');
  });

  it('an answer that did not arrive is given again', async () => {
    const { socket } = all.server.members.get(ada.id);
    const send = socket.send.bind(socket);
    socket.send = (/** @type {string} */ text) => (text.includes('answerSubscription') ? all.server.cut(ada.id) : send(text));
    const carl = all.person('Carl');
    await carl.join();
    await all.clock.advance(3000);

    assert.deepEqual(ada.plays(carl), ['audio video', '']);
    assert.equal(all.server.media.peers.get(ada.id)?.inFlight, false);
  });

  it('an answer whose acknowledgement was lost is as good', async () => {
    all.server.refuse = ({ type, number }) => {
      if (type === 'answerSubscription') {
        all.server.media.answer(ada.id, { type, number });
        all.server.cut(ada.id);
        all.server.refuse = () => null;
      }
      return null;
    };
    const carl = all.person('Carl');
    await carl.join();
    await all.clock.advance(3000);

    assert.deepEqual(ada.plays(carl), ['audio video', '']);
    assert.equal(all.asked('restartSubscription', ada).length, 0);
  });

  it('an answer that had arrived is not taken for one to the next offer', async () => {
    const carl = all.person('Carl');
    await carl.join();
    all.shows(ada, bob, carl);
    await all.clock.advance(1000);
    const [before, lines] = [subscription(), all.server.media.peers.get(ada.id)?.slots.length];
    all.server.refuse = ({ type, number }) => {
      if (type === 'answerSubscription' && number === all.server.media.peers.get(ada.id)?.number) {
        all.server.media.answer(ada.id, { type, number });
        all.server.cut(ada.id);
        all.server.reachable = false;
        all.server.refuse = () => null;
      }
      return null;
    };
    await all.during(carl.call.leave());
    await all.clock.advance(200);
    assert.equal(all.server.reachable, false);
    await all.during(bob.media.startScreen());
    await all.clock.advance(200);
    all.server.reachable = true;
    await all.clock.advance(3000);

    assert.deepEqual(ada.plays(bob), ['audio video', 'audio video']);
    const { slots, inFlight } = /** @type {any} */ (all.server.media.peers.get(ada.id));
    assert.deepEqual([slots.length, inFlight], [lines, false], 'as many m-lines as before, all of them answered');
    assert.equal(all.asked('answerSubscription', ada).at(-1).number, all.server.media.peers.get(ada.id)?.number);
    assert.equal(all.asked('restartSubscription', ada).length, 0);
    assert.equal(subscription(), before);
  });

  it('another connection that was asked for in vain is asked for again', async () => {
    all.network.serverUp = false;
    subscription().become('failed');
    await all.clock.advance(10_000);
    const { socket } = all.server.members.get(ada.id);
    const send = socket.send.bind(socket);
    socket.send = (/** @type {string} */ text) => (text.includes('"anew"') ? all.server.cut(ada.id) : send(text));
    await all.clock.advance(4000);
    all.network.serverUp = true;
    all.network.update();
    await all.clock.advance(500);

    assert.ok(all.asked('restartSubscription', ada).some(({ anew }) => anew));
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
    seesAndHears();
  });

  it('a wish that did not arrive is said again', async () => {
    const { socket } = all.server.members.get(ada.id);
    const send = socket.send.bind(socket);
    socket.send = (/** @type {string} */ text) => (text.includes('"subscribe"') ? all.server.cut(ada.id) : send(text));
    ada.call.look([{ participant: bob.id, source: 'camera', width: 1280, height: 720 }]);
    await all.clock.advance(6000);

    assert.equal(all.server.media.peers.get(ada.id)?.wishes.get(`${bob.id} camera`).width, 1024);
  });
});

describe('another network', () => {
  it('gets another path for both directions, although the old ones have not failed yet', async () => {
    const [before, receiving] = [publication(), subscription()];
    ada.page.changeNetwork('cellular');
    await all.clock.advance(500);

    assert.equal(before.restarts, 1);
    assert.equal(all.asked('restartSubscription', ada).length, 1);
    assert.deepEqual([publication(), subscription()], [before, receiving]);
  });
});

describe('media that the server has lost', () => {
  it('is made anew in both directions, and all is asked for again', async () => {
    const [before, receiving] = [publication(), subscription()];
    all.server.media.lose(ada.id);
    await all.clock.advance(500);

    assert.notEqual(publication(), before);
    assert.notEqual(subscription(), receiving);
    seesAndHears();
    assert.deepEqual(bob.plays(ada), ['audio video', '']);
    assert.equal(all.network.open.size, 4);
  });

  it('in a restart comes back with the room', async () => {
    all.server.restart();
    await all.clock.advance(3000);

    assert.equal(ada.state.phase, 'joined');
    assert.equal(all.asked('restartSubscription', ada).length, 1);
    seesAndHears();
    assert.deepEqual(bob.plays(ada), ['audio video', '']);
    assert.equal(all.network.open.size, 4);
  });
});

describe('a page that was reloaded', () => {
  it('goes on as the same participant, with connections of its own', async () => {
    const { session, storage, id } = ada;
    ada.page.hide();
    all.server.members.get(id).socket.readyState = 3;
    for (const pc of [publication(), subscription()]) pc.close();
    const again = all.person('Ada', { session, storage });
    await again.join();
    all.shows(again, bob);
    await all.clock.advance(1000);

    assert.equal(again.id, id);
    assert.ok(all.asked('restartSubscription').some(({ anew }) => anew));
    assert.deepEqual(again.plays(bob), ['audio video', '']);
    assert.deepEqual(bob.plays(again), ['audio video', '']);
    assert.equal(all.network.open.size, 4);
  });
});
