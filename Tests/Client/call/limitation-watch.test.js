import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { LimitationWatch } from '../../../public/call/limitation-watch.js';
import { RoutedMeeting } from '../support/routed-meeting.js';
import { VirtualClock } from '../support/virtual-clock.js';

/** @param {object[]} streams @returns {any} */
const report = (...streams) => new Map(streams.map((stream, index) => [`o${index}`, { type: 'outbound-rtp', kind: 'video', ...stream }]));
const busy = report({ qualityLimitationReason: 'none' }, { qualityLimitationReason: 'cpu' });
const idle = report({ qualityLimitationReason: 'none' });

describe('a device that does not keep up', () => {
  /** @type {VirtualClock} */
  let clock;
  /** @type {any[]} */
  let told;
  /** @type {any} */
  let now;
  /** @type {LimitationWatch} */
  let watch;

  beforeEach(() => {
    clock = new VirtualClock();
    told = [];
    now = idle;
    watch = new LimitationWatch({
      clock,
      statistics: async () => now,
      report: async (reason) => { told.push([clock.now(), reason]); },
    });
    watch.open();
  });

  it('is told of when it lasts, and again while it does', async () => {
    now = busy;
    await clock.advance(5900);
    assert.deepEqual(told, []);
    await clock.advance(100);
    assert.deepEqual(told, [[6000, 'cpu']]);
    await clock.advance(20_000);
    assert.deepEqual(told, [[6000, 'cpu'], [16_000, 'cpu'], [26_000, 'cpu']]);
  });

  it('is not told of for a moment of it', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      now = busy;
      await clock.advance(2000);
      now = idle;
      await clock.advance(4000);
    }
    assert.deepEqual(told, []);
  });

  it('is taken back when there was nothing of it for ten seconds', async () => {
    now = busy;
    await clock.advance(6000);
    now = idle;
    await clock.advance(9900);
    assert.equal(told.length, 1);
    await clock.advance(100);
    assert.deepEqual(told[1], [16_000, null]);
    await clock.advance(60_000);
    assert.equal(told.length, 2);
  });

  it('is of pictures that are sent: sound, what rests and a narrow network are other matters', async () => {
    now = report({ qualityLimitationReason: 'bandwidth' }, { kind: 'audio', qualityLimitationReason: 'cpu' }, { active: false, qualityLimitationReason: 'cpu' }, { type: 'inbound-rtp', qualityLimitationReason: 'cpu' });
    await clock.advance(20_000);
    now = null;
    await clock.advance(20_000);
    assert.deepEqual(told, []);
  });

  it('is watched no longer when the call is over, nor said of another one before it is seen there', async () => {
    now = busy;
    await clock.advance(4000);
    watch.open();
    await clock.advance(5900);
    assert.deepEqual(told, []);
    watch.close();
    await clock.advance(60_000);
    assert.deepEqual(told, []);
  });

  it('is told to the server of a routed room, which may refuse it', async () => {
    const all = new RoutedMeeting();
    all.server.refuse = ({ type }) => (type === 'reportLimitation' ? { code: 'rateLimited' } : null);
    const [ada] = await all.of('Ada', 'Bob');
    all.network.report = busy;
    await all.clock.advance(20_000);
    const asked = all.asked('reportLimitation', ada);
    assert.deepEqual(asked.map(({ reason }) => reason), ['cpu', 'cpu']);
    await all.during(ada.call.leave());
    await all.clock.advance(20_000);
    assert.equal(all.asked('reportLimitation').filter(({ by }) => by === ada.id).length, 2);
  });
});
