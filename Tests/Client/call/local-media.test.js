import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { LocalMedia } from '../../../public/call/local-media.js';
import { loudness } from '../../../public/call/level-meter.js';
import { FakeStorage } from '../support/fake-page.js';
import { FakeMediaDevices, FakeMediaStream } from '../support/fake-media.js';
import { settle } from '../support/virtual-clock.js';

/** @type {FakeMediaDevices} */
let devices;
/** @type {FakeStorage} */
let storage;
/** @type {LocalMedia} */
let media;

const make = () => new LocalMedia(/** @type {any} */ (devices), /** @type {any} */ (storage), { MediaStream: /** @type {any} */ (FakeMediaStream) });

beforeEach(() => {
  devices = new FakeMediaDevices();
  storage = new FakeStorage();
  media = make();
});

const kinds = () => devices.asked.map((constraints) => Object.keys(constraints).join('+'));
const shown = () => media.preview.getTracks().map(({ kind }) => kind).sort();

describe('opening', () => {
  it('asks once for both', async () => {
    await media.open();
    assert.deepEqual(kinds(), ['audio+video']);
    assert.deepEqual(shown(), ['audio', 'video']);
    assert.deepEqual(media.active, { audio: true, video: true, screen: false });
  });

  it('asks only for what is wanted', async () => {
    media.want({ video: false });
    await media.open();
    assert.deepEqual(kinds(), ['audio']);
    assert.deepEqual(media.active, { audio: true, video: false, screen: false });
  });

  it('asks for each alone when both cannot be had, and says what is missing', async () => {
    devices.refuses = { video: 'NotFoundError' };
    await media.open();
    assert.deepEqual(kinds(), ['audio+video', 'audio', 'video']);
    assert.deepEqual(media.problem, { audio: null, video: 'notFound' });
    assert.deepEqual(media.wanted, { audio: true, video: true }, 'the wish survives');
    assert.equal(media.active.audio, true);
  });

  for (const [name, problem] of /** @type {const} */ ([
    ['NotAllowedError', 'denied'], ['NotFoundError', 'notFound'], ['OverconstrainedError', 'notFound'], ['NotReadableError', 'inUse'],
    ['AbortError', 'inUse'], ['SecurityError', 'insecure'], ['NotSupportedError', 'unsupported'], ['TypeError', 'other'],
  ])) {
    it(`calls ${name} ${problem}`, async () => {
      devices.refuses = { audio: name };
      await assert.rejects(media.setAudio(true), { code: problem });
      assert.equal(media.problem.audio, problem);
    });
  }

  it('says so where the page is not secure', async () => {
    const insecure = new LocalMedia(undefined, undefined, { MediaStream: /** @type {any} */ (FakeMediaStream) });
    await insecure.open();
    assert.deepEqual(insecure.problem, { audio: 'insecure', video: 'insecure' });
    await assert.rejects(insecure.startScreen(), { code: 'insecure' });
    assert.deepEqual(await insecure.list(), { cameras: [], microphones: [], speakers: [] });
  });
});

describe('the microphone', () => {
  it('is muted without being released, and asked for once', async () => {
    await media.setAudio(true);
    const track = media.microphone;
    await media.setAudio(false);
    assert.deepEqual([track?.enabled, track?.readyState], [false, 'live']);
    await media.setAudio(true);
    assert.equal(media.microphone, track);
    assert.equal(track?.enabled, true);
    assert.equal(devices.asked.length, 1);
  });

  it('is muted when the person muted while the browser asked', async () => {
    const opening = media.setAudio(true);
    await media.setAudio(false);
    await opening;
    assert.notEqual(media.microphone?.enabled, true);
    assert.equal(media.active.audio, false);
  });

  it('gets past a problem', async () => {
    devices.refuses = { audio: 'NotAllowedError' };
    await assert.rejects(media.setAudio(true));
    devices.refuses = {};
    await media.setAudio(true);
    assert.equal(media.problem.audio, null);
  });
});

describe('the camera', () => {
  it('is released when off and asked for again when on', async () => {
    await media.setVideo(true);
    const first = media.camera;
    await media.setVideo(false);
    assert.deepEqual([first?.readyState, media.camera, shown().length], ['ended', null, 0]);
    await media.setVideo(true);
    assert.notEqual(media.camera, first);
  });

  it('is released when the person changed their mind while the browser asked', async () => {
    const opening = media.setVideo(true);
    await settle();
    await media.setVideo(false);
    await opening;
    assert.equal(media.camera, null);
    assert.ok(devices.tracks.every(({ readyState }) => readyState === 'ended'));
  });

  it('is opened once however often it is asked for', async () => {
    await Promise.all([media.setVideo(true), media.setVideo(true), media.open()]);
    assert.equal(devices.tracks.filter(({ kind }) => kind === 'video').length, 1);
  });
});

describe('choosing a device', () => {
  it('replaces the one in use at once and is remembered', async () => {
    await media.open();
    const former = media.camera;
    await media.choose('camera', 'cam2');
    assert.equal(former?.readyState, 'ended');
    assert.equal(media.chosen('camera'), 'cam2');
    assert.deepEqual(devices.asked.at(-1).video.deviceId, { exact: 'cam2' });
    assert.deepEqual(shown(), ['audio', 'video']);
    const next = make();
    await next.open();
    assert.deepEqual(devices.asked.at(-1).video.deviceId, { ideal: 'cam2' });
  });

  it('lets the former camera go first where only one can be open', async () => {
    devices.oneCamera = true;
    await media.open();
    await media.choose('camera', 'cam2');
    assert.equal(media.chosen('camera'), 'cam2');
    assert.equal(media.camera?.readyState, 'live');
  });

  it('keeps the mute', async () => {
    await media.open();
    await media.setAudio(false);
    await media.choose('microphone', 'mic2');
    assert.equal(media.microphone?.enabled, false);
  });

  it('opens nothing that is off', async () => {
    await media.choose('camera', 'cam2');
    assert.equal(devices.asked.length, 0);
    assert.equal(media.chosen('camera'), 'cam2');
  });

  it('keeps the former one when the new one cannot be had', async () => {
    await media.open();
    const former = media.camera;
    devices.refuses = { video: 'NotFoundError' };
    await assert.rejects(media.choose('camera', 'cam2'), { code: 'notFound' });
    assert.equal(media.camera, former);
    assert.equal(former?.readyState, 'live');
  });

  it('lists what there is, without the nameless placeholders', async () => {
    const { cameras, microphones, speakers } = await media.list();
    assert.deepEqual([cameras, microphones, speakers].map((list) => list.map(({ deviceId }) => deviceId)), [['cam'], ['mic'], ['loud']]);
    await media.choose('speaker', 'loud');
    assert.equal(media.chosen('speaker'), 'loud');
  });

  it('survives a storage that holds nonsense', () => {
    storage.setItem('parley.devices', '{"camera":7,');
    assert.equal(make().chosen('camera'), null);
  });
});

describe('a device that is pulled out', () => {
  it('is told and replaced by another', async () => {
    /** @type {string[]} */
    const lost = [];
    media.addEventListener('lost', (event) => lost.push(/** @type {CustomEvent} */ (event).detail.kind));
    await media.open();
    const former = devices.tracks.find(({ kind }) => kind === 'audio');
    former?.end();
    await settle();
    await media.open();
    assert.deepEqual(lost, ['audio']);
    assert.notEqual(media.microphone, former);
    assert.equal(media.microphone?.readyState, 'live');
  });

  it('leaves a problem when there is no other', async () => {
    await media.open();
    devices.refuses = { video: 'NotFoundError' };
    devices.tracks.find(({ kind }) => kind === 'video')?.end();
    await settle();
    await media.open();
    assert.deepEqual([media.camera, media.problem.video, media.wanted.video], [null, 'notFound', true]);
  });
});

describe('the screen', () => {
  it('is shared with its sound, for letters, until stopped', async () => {
    await media.startScreen();
    assert.deepEqual(media.screen?.getTracks().map(({ kind }) => kind), ['video', 'audio']);
    assert.equal(media.screen?.getVideoTracks()[0]?.contentHint, 'detail');
    const tracks = media.screen?.getTracks() ?? [];
    media.stopScreen();
    assert.equal(media.screen, null);
    assert.ok(tracks.every(({ readyState }) => readyState === 'ended'));
  });

  it('ends with the browser\'s own bar', async () => {
    await media.startScreen();
    devices.tracks[0]?.end();
    assert.equal(media.screen, null);
    assert.equal(media.active.screen, false);
  });

  it('is refused when the person chose nothing', async () => {
    devices.refuses = { screen: 'NotAllowedError' };
    await assert.rejects(media.startScreen(), { code: 'denied' });
    assert.equal(media.screen, null);
  });
});

describe('the level', () => {
  it('is 0 in silence, 1 at full scale, and in decibels between', () => {
    assert.equal(loudness(new Float32Array(64)), 0);
    assert.equal(loudness(new Float32Array(64).fill(1)), 1);
    assert.equal(loudness(new Float32Array(64).fill(0.0005)), 0, 'below −60 dB');
    assert.ok(Math.abs(loudness(new Float32Array(64).fill(0.0316227766)) - 0.5) < 1e-6, '−30 dB');
    assert.equal(loudness(new Float32Array(0)), 0);
  });

  it('is 0 without a microphone and without an AudioContext', async () => {
    assert.equal(media.level(), 0);
    await media.open();
    assert.equal(media.level(), 0);
  });
});
