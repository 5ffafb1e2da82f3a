import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encoderAddress, invitation, pageParameters, withoutSecrets } from '../../../public/lib/page-parameters.js';

const root = new URL('https://meet.example/talk/');
/** @param {string} address */
const read = (address) => pageParameters(new URL(address, root), root);

describe('the address of the page', () => {
  it('names the page and the room', () => {
    assert.deepEqual([read('').page, read('').room], ['home', null]);
    assert.deepEqual([read('join').page, read('join').room], ['join', null]);
    assert.deepEqual([read('join/Tea%20room').page, read('join/Tea%20room').room], ['join', 'Tea room']);
    assert.deepEqual([read('watch/a').page, read('embed/a').page], ['watch', 'embed']);
    assert.equal(read('join/%E9t%').room, '%E9t%');
    assert.equal(pageParameters(new URL('https://meet.example/elsewhere/join/x'), root).page, 'home');
  });

  it('pre-fills without joining', () => {
    const parameters = read('join/tea?name=Ada&audio=0&video=1');
    assert.deepEqual([parameters.name, parameters.audio, parameters.video, parameters.autojoin], ['Ada', false, true, false]);
  });

  it('joins at once when it says so', () => {
    assert.equal(read('join/tea?autojoin=1').autojoin, true);
    assert.equal(read('join?room=tea&name=Ada').autojoin, true, 'as links of MiroTalk do');
    assert.equal(read('join?room=tea&name=Ada&autojoin=0').autojoin, false);
    assert.equal(read('join?room=tea').autojoin, false);
    assert.equal(read('join/tea?name=Ada').autojoin, false);
  });

  it('is read with all parameters of a MiroTalk link', () => {
    assert.deepEqual(read('join?room=r&name=n&audio=1&video=0&screen=true&chat=on&hide=1&notify=0&duration=01:02:03&token=t&roomPassword=p&hostKey=h'), {
      page: 'join', room: 'r', name: 'n', audio: true, video: false, screen: true, chat: true, hide: true, notify: false, duration: 3723,
      autojoin: true, avatar: null, password: 'p', token: 't', hostKey: 'h',
    });
  });

  it('treats what means nothing as absent', () => {
    const parameters = read('join/x?name=%20&audio=maybe&roomPassword=0&token=&duration=unlimited');
    assert.deepEqual([parameters.name, parameters.audio, parameters.password, parameters.token, parameters.duration], [null, null, null, null, null]);
  });

  for (const [text, seconds] of /** @type {const} */ ([['90', 90], ['01:30', 90], ['1:00:00', 3600], ['0', null], ['00:00:00', null], ['-5', null], ['1:2:3:4', null], ['x', null]])) {
    it(`has a duration ${text}`, () => assert.equal(read(`join/x?duration=${text}`).duration, seconds));
  }

  for (const [given, taken] of /** @type {const} */ ([
    ['faces/a.png', 'https://meet.example/talk/faces/a.png'],
    ['data:image/png;base64,AA', 'data:image/png;base64,AA'],
    ['data:text/html,x', null],
    ['data:image/svg+xml,x', null],
    ['https://other.example/a.png', null],
    ['//other.example/a.png', null],
    ['javascript:alert(1)', null],
    ['http://[', null],
  ])) {
    it(`has an avatar ${given}`, () => assert.equal(read(`join/x?avatar=${encodeURIComponent(given)}`).avatar, taken));
  }
});

describe('secrets', () => {
  it('leave the address and nothing else does', () => {
    const clean = withoutSecrets(new URL('join/x?name=Ada&token=t&roomPassword=p&hostKey=h#f', root));
    assert.equal(clean.href, 'https://meet.example/talk/join/x?name=Ada#f');
  });
});

describe('an invitation', () => {
  it('leads to the room below the prefix', () => {
    assert.equal(invitation(root, 'Tea & Übermut').href, 'https://meet.example/talk/join/Tea%20%26%20%C3%9Cbermut');
  });
});

describe('the address for an encoder', () => {
  it('is the room behind the door for publishing, below the prefix', () => {
    assert.equal(encoderAddress(root, 'Tea/2').href, 'https://meet.example/talk/whip/Tea%2F2');
  });
});
