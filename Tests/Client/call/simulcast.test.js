import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyEncodings, encodingsOf, fullProfile, profileOf, smallProfile } from '../../../public/call/simulcast.js';

/** @param {{ width?: number, height?: number }} size @param {boolean} [enabled] @returns {any} */
const track = (size, enabled = true) => ({ enabled, getSettings: () => size });
/** @param {any} size @param {any} [profile] @param {boolean} [lowestOnly] the widths of what is sent of a camera, those that rest in brackets */
const widths = (size, profile = fullProfile, lowestOnly = false) => encodingsOf('camera', track(size), profile, lowestOnly)
  .map(({ scaleResolutionDownBy = 1, active }) => (active ? size.width / scaleResolutionDownBy : [size.width / scaleResolutionDownBy]));

describe('what a camera is sent in', () => {
  it('is three layers, each half as wide as the next', () => {
    assert.deepEqual(widths({ width: 1280, height: 720 }), [320, 640, 1280]);
    assert.deepEqual(widths({ width: 960, height: 540 }), [240, 480, 960]);
  });

  it('is fewer layers of a small picture, so that the largest one is the picture in full', () => {
    assert.deepEqual(widths({ width: 640, height: 480 }), [320, 640, [640]]);
    assert.deepEqual(widths({ width: 320, height: 240 }), [320, [320], [320]]);
  });

  it('is never larger than the device can encode, upright or not', () => {
    assert.deepEqual(widths({ width: 1920, height: 1080 }), [320, 640, 1280]);
    assert.deepEqual(widths({ width: 1280, height: 720 }, smallProfile), [320, 640]);
    assert.deepEqual(widths({ width: 720, height: 1280 }, smallProfile), [180, 360]);
  });

  it('is the smallest of them alone while the room moves', () => {
    assert.deepEqual(widths({ width: 1280, height: 720 }, fullProfile, true), [320, [640], [1280]]);
    assert.deepEqual(widths({ width: 320, height: 240 }, fullProfile, true), [320, [320], [320]]);
  });

  it('is no more of them than are of use to somebody', () => {
    const needed = [0, 1, 2, 3].map((layers) => encodingsOf('camera', track({ width: 1280, height: 720 }), fullProfile, false, layers).map(({ active }) => active));
    assert.deepEqual(needed, [[false, false, false], [true, false, false], [true, true, false], [true, true, true]]);
    assert.deepEqual(encodingsOf('camera', track({ width: 640, height: 480 }), fullProfile, false, 3).map(({ active }) => active), [true, true, false], 'and none that is none');
    assert.deepEqual(encodingsOf('camera', track({ width: 1280, height: 720 }), fullProfile, true, 0).map(({ active }) => active), [false, false, false], 'also while the room moves');
  });

  it('is taken to be 720p where the browser does not say', () => {
    assert.deepEqual(encodingsOf('camera', track({}), smallProfile, false).map(({ scaleResolutionDownBy }) => scaleResolutionDownBy), [4, 2]);
  });
});

describe('what else is sent', () => {
  it('is a screen in one layer, of at most 1920 pixels', () => {
    const scales = [{ width: 1280, height: 800 }, { width: 3840, height: 2160 }].map((size) => encodingsOf('screen', track(size), fullProfile, true));
    assert.deepEqual(scales.map((encodings) => encodings.map(({ scaleResolutionDownBy, active }) => [scaleResolutionDownBy, active])), [[[1, true]], [[2, true]]]);
  });

  it('is no screen that nobody sees', () => {
    const active = [0, 1].map((layers) => encodingsOf('screen', track({}), fullProfile, false, layers)[0]?.active);
    assert.deepEqual(active, [false, true]);
  });

  it('is no silence while one is muted', () => {
    assert.deepEqual([true, false].map((enabled) => encodingsOf('microphone', track({}, enabled), fullProfile, false)[0]?.active), [true, false]);
  });
});

describe('what a device is taken to encode', () => {
  it('is everything on a computer, and less on a phone or with little of a computer', () => {
    assert.equal(profileOf({ userAgent: 'Mozilla/5.0 (X11; Linux x86_64)', hardwareConcurrency: 8 }), fullProfile);
    assert.equal(profileOf({}), fullProfile);
    assert.equal(profileOf({ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)', hardwareConcurrency: 8 }), smallProfile);
    assert.equal(profileOf({ userAgentData: { mobile: true }, hardwareConcurrency: 8 }), smallProfile);
    assert.equal(profileOf({ hardwareConcurrency: 1 }), smallProfile);
    assert.equal(profileOf({ hardwareConcurrency: 4, deviceMemory: 2 }), smallProfile);
  });
});

describe('encodings', () => {
  it('are set once, and again only when they are others', async () => {
    let count = 0;
    let parameters = /** @type {any} */ ({ encodings: [{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }] });
    const sender = /** @type {any} */ ({
      getParameters: () => structuredClone(parameters),
      setParameters: async (/** @type {any} */ changed) => {
        count += 1;
        parameters = changed;
      },
    });
    const camera = track({ width: 1280, height: 720 });
    await applyEncodings(sender, 'camera', encodingsOf('camera', camera, fullProfile, false));
    await applyEncodings(sender, 'camera', encodingsOf('camera', camera, fullProfile, false));
    assert.equal(count, 1);
    assert.equal(parameters.degradationPreference, 'balanced');

    await applyEncodings(sender, 'camera', encodingsOf('camera', camera, fullProfile, true));
    assert.deepEqual(parameters.encodings.map((/** @type {any} */ { rid, active }) => [rid, active]), [['q', true], ['h', false], ['f', false]]);
  });

  it('are known by their names, in whatever order a browser has them', async () => {
    let parameters = /** @type {any} */ ({ encodings: [{ rid: 'f' }, { rid: 'h' }, { rid: 'q' }] });
    const sender = /** @type {any} */ ({
      getParameters: () => structuredClone(parameters),
      setParameters: async (/** @type {any} */ changed) => (parameters = changed),
    });

    await applyEncodings(sender, 'camera', encodingsOf('camera', track({ width: 1280, height: 720 }), fullProfile, false, 1));

    const set = parameters.encodings.map((/** @type {any} */ { rid, active, scaleResolutionDownBy }) => [rid, active, scaleResolutionDownBy]);
    assert.deepEqual(set, [['f', false, 1], ['h', false, 2], ['q', true, 4]]);
  });
});
