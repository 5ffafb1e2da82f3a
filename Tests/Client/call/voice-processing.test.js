import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { LocalMedia } from '../../../public/call/local-media.js';
import { VoiceProcessing } from '../../../public/call/voice-processing.js';
import { FakeStorage } from '../support/fake-page.js';
import { FakeMediaDevices, FakeMediaStream } from '../support/fake-media.js';

const allOn = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
/** @type {FakeMediaDevices} */
let devices;
/** @type {FakeStorage} */
let storage;

const make = () => new LocalMedia(/** @type {any} */ (devices), /** @type {any} */ (storage), { MediaStream: /** @type {any} */ (FakeMediaStream) });
const lastAsked = () => /** @type {Record<string, unknown>} */ (devices.asked.at(-1)?.audio ?? {});

beforeEach(() => {
  devices = new FakeMediaDevices();
  storage = new FakeStorage();
});

describe('the voice', () => {
  it('is tidied up in every way unless somebody switches it off', async () => {
    const media = make();
    await media.setAudio(true);

    assert.deepEqual(media.voiceFilters, allOn);
    assert.equal(lastAsked().noiseSuppression, true);
  });

  it('is taken anew when a filter is switched, and the former track ends', async () => {
    const media = make();
    await media.setAudio(true);
    const former = media.microphone;

    await media.processVoice({ noiseSuppression: false });

    assert.equal(lastAsked().noiseSuppression, false);
    assert.equal(lastAsked().echoCancellation, true);
    assert.notEqual(media.microphone, former);
    assert.equal(former?.readyState, 'ended');
    assert.deepEqual(media.preview.getAudioTracks(), [media.microphone]);
  });

  it('is left alone while there is no microphone, and the choice holds for the next one', async () => {
    const media = make();

    await media.processVoice({ echoCancellation: false });
    assert.equal(devices.asked.length, 0);
    await media.setAudio(true);

    assert.equal(lastAsked().echoCancellation, false);
  });

  it('says what is wrong when the microphone does not come back', async () => {
    const media = make();
    await media.setAudio(true);
    devices.refuses = { audio: 'NotReadableError' };

    await assert.rejects(media.processVoice({ noiseSuppression: false }), { code: 'inUse' });

    assert.equal(media.problem.audio, 'inUse');
    assert.equal(media.microphone, null);
  });

  it('remembers the choice, and no nonsense', () => {
    new VoiceProcessing(/** @type {any} */ (storage)).set({ autoGainControl: false });
    assert.deepEqual(new VoiceProcessing(/** @type {any} */ (storage)).filters, { ...allOn, autoGainControl: false });

    storage.setItem('parley.voice', '{"autoGainControl": 3, "other": false}');
    assert.deepEqual(new VoiceProcessing(/** @type {any} */ (storage)).filters, allOn);
  });
});
