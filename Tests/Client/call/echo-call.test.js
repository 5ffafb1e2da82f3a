import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { EchoCall } from '../../../public/call/echo-call.js';
import { FakeEchoServer } from '../support/fake-echo-server.js';
import { FakeMediaStream, FakeTrack } from '../support/fake-media.js';
import { FakeNetwork, fakePeerConnection } from '../support/fake-peer-connection.js';
import { VirtualClock } from '../support/virtual-clock.js';

/** @type {VirtualClock} */
let clock;
/** @type {FakeEchoServer} */
let server;
/** @type {FakeNetwork} */
let network;

beforeEach(() => {
  clock = new VirtualClock();
  server = new FakeEchoServer(clock);
  network = new FakeNetwork();
});

function begin() {
  const [microphone, camera] = /** @type {any[]} */ ([new FakeTrack('audio'), new FakeTrack('video')]);
  const stream = /** @type {any} */ (new FakeMediaStream([microphone, camera]));
  const options = { root: new URL('https://meet.example/calls/'), PeerConnection: fakePeerConnection(network), WebSocket: server.WebSocket, MediaStream: /** @type {any} */ (FakeMediaStream), clock };
  return new EchoCall(options, { microphone, camera, stream });
}

/** One whose media flows. */
async function running() {
  const echo = begin();
  await clock.advance(50);
  for (const connection of network.all) connection.become('connected');
  return echo;
}

const publishing = () => network.all[0];
const subscribing = () => network.all[1];
/** @param {string} type */
const kinds = (type) => JSON.parse(server.requests.find((request) => request.type === type)[type === 'publish' ? 'offer' : 'answer']).media
  .map((/** @type {any} */ { kind, direction }) => `${kind} ${direction}`);

describe('a connection test', () => {
  it('publishes camera and microphone, and answers the offer of what comes back', async () => {
    const echo = await running();

    assert.equal(server.socket.url, 'wss://meet.example/calls/ws');
    assert.deepEqual(server.requests.map(({ type }) => type), ['hello', 'startEcho', 'publish', 'answerSubscription']);
    assert.deepEqual(kinds('publish'), ['audio sendonly', 'video sendonly']);
    assert.deepEqual(kinds('answerSubscription'), ['audio recvonly', 'video recvonly']);
    assert.deepEqual(echo.stream.getTracks().map(({ kind }) => kind), ['audio', 'video']);
    assert.equal(echo.state.phase, 'running');
  });

  it('runs only when media flows both ways', async () => {
    const echo = begin();
    await clock.advance(50);

    publishing().become('connected');
    assert.equal(echo.state.phase, 'connecting');
    subscribing().become('connected');
    assert.equal(echo.state.phase, 'running');
  });

  it('counts down, and ends when the server says so, keeping what it found', async () => {
    const echo = await running();
    await clock.advance(10_000);
    assert.equal(echo.state.secondsLeft, 50);
    const { verdict } = echo.state;
    assert.notEqual(verdict, null);

    server.tell('echoEnded', { reason: 'timeLimit' });

    assert.deepEqual([echo.state.phase, echo.state.ended, echo.state.secondsLeft], ['ended', 'timeLimit', null]);
    assert.equal(echo.state.verdict, verdict);
    assert.deepEqual(network.open.size, 0);
    assert.equal(clock.pending, 0);
  });

  it('ends when it is closed, and says so once', async () => {
    const echo = await running();
    let news = 0;
    echo.addEventListener('change', () => { news += 1; });

    echo.close();
    echo.close();

    assert.deepEqual([echo.state.ended, news, server.socket.closedWith], ['left', 1, 1000]);
    assert.equal(clock.pending, 0);
  });

  for (const type of ['startEcho', 'publish', 'answerSubscription']) {
    it(`ends with the reason when ${type} is refused`, async () => {
      server.refuse = (request) => (request.type === type ? { code: 'tooManyEchoes' } : null);
      const echo = begin();
      await clock.advance(50);

      assert.deepEqual([echo.state.phase, echo.state.ended], ['ended', 'tooManyEchoes']);
      assert.equal(network.open.size, 0);
    });
  }

  it('ends when the server is not reached, or goes', async () => {
    const early = begin();
    server.socket.drop();
    assert.equal(early.state.ended, 'unreachable');

    const late = await running();
    server.socket.drop();
    assert.equal(late.state.ended, 'connectionLost');
  });

  it('says after a while that nothing gets through', async () => {
    const echo = begin();
    await clock.advance(14_000);
    assert.equal(echo.state.verdict, null);

    await clock.advance(2000);

    assert.deepEqual(echo.state.verdict, { quality: 'bad', reason: 'blocked' });
  });

  it('restarts each connection whose path is lost, again and again', async () => {
    const echo = await running();
    publishing().become('failed');
    await clock.advance(20);
    assert.deepEqual([publishing().restarts, server.count('publish'), server.count('restartSubscription')], [1, 2, 0]);

    subscribing().become('disconnected');
    await clock.advance(1900);
    assert.equal(server.count('restartSubscription'), 0);
    await clock.advance(200);
    assert.deepEqual([server.count('restartSubscription'), server.count('answerSubscription')], [1, 2]);
    await clock.advance(4000);
    assert.deepEqual(echo.state.verdict, { quality: 'bad', reason: 'lost' });
    assert.equal(publishing().restarts, 2);

    for (const connection of [publishing(), subscribing()]) connection.become('connected');
    await clock.advance(10_000);
    assert.deepEqual([publishing().restarts, server.count('restartSubscription')], [2, 1]);
    assert.equal(echo.stream.getTracks().length, 2);
  });

  it('waits for a disconnected path to come back by itself', async () => {
    await running();

    subscribing().become('disconnected');
    await clock.advance(1500);
    subscribing().become('connected');
    await clock.advance(10_000);

    assert.equal(server.count('restartSubscription'), 0);
  });
});
