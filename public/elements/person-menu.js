import { t } from '../i18n/translate.js';
import { assignableRoles, may, mayModerate, mayTransferHost, mayWriteTo } from '../state/selectors.js';
import { confirm } from './confirm-dialog.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';
import { ParticipantTile } from './participant-tile.js';
import { openPopover, walkWithArrows } from './place-popover.js';
import { signalIcons, signalOf } from './signal-words.js';

/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {import('../types/messages.js').Participant} Participant */
/** @typedef {{icon: string, key: string, danger?: boolean, run: () => void}} Item */

/** @type {readonly import('../types/messages.js').Role[]} what is offered in a meeting, the smaller power first */
const offeredRoles = ['cohost', 'speaker', 'participant', 'host'];

/**
 * What can be done with one person: how it is shown and heard here, and what a moderator may do. One serves tiles and people panel.
 * Events: `pin`, `write-to` `{participant}`, `volume` `{participant, volume}`, `act`.
 */
export class PersonMenu extends LightElement {
  /** @override */
  static template = html`
    <div class="menu person-menu" data-part="menu" popover role="group">
      <p class="menu-title" data-part="title"></p>
      <p class="menu-note" data-part="signal" id="person-signal" hidden><ui-icon data-part="signal-icon"></ui-icon><span data-part="signal-words"></span></p>
      <label class="menu-volume" data-part="volume-row"><ui-icon name="volume"></ui-icon><span class="visually-hidden" data-i18n="person.volume"></span>
        <input type="range" min="0" max="100" step="5" data-part="volume"></label>
      <div data-part="items"></div>
    </div>`;

  /** @type {CallState | undefined} */
  state;
  /** @type {string | null} */
  pinned = null;
  /** @type {string | null} */
  #participant = null;

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    const volume = this.child('volume', HTMLInputElement);
    volume.addEventListener('input', () => {
      this.emit('volume', { participant: this.#participant, volume: Number(volume.value) / 100 });
    }, { signal });
    walkWithArrows(this.child('menu', HTMLElement), signal);
  }

  /** @param {{participant: string, anchor: HTMLElement, tile: Element | null, volume: number}} where */
  open({ participant, anchor, tile, volume }) {
    const person = this.state?.participants[participant];
    if (!this.state || !person) return;
    const me = participant === this.state.me;
    this.#participant = participant;
    const menu = this.child('menu', HTMLElement);
    menu.setAttribute('aria-label', t('tile.menu', { name: person.name }));
    this.child('title', HTMLElement).textContent = person.name;
    this.#renderSignal(tile instanceof ParticipantTile ? tile.signal : signalOf(person, me));
    this.child('volume-row', HTMLElement).hidden = me;
    this.child('volume', HTMLInputElement).value = String(Math.round(volume * 100));
    this.child('items', HTMLElement).replaceChildren(...[
      this.#ofView(this.state, person, tile),
      moderation(this, this.state, person),
      roles(this, this.state, person),
      removal(this, this.state, person),
    ].filter((items) => items.length > 0).map((items) => this.#group(items)));
    openPopover(menu, anchor);
  }

  /** @param {import('./signal-words.js').Signal} signal what is wrong with the connection, for who cannot point at the tile's sign */
  #renderSignal({ level, words }) {
    this.child('signal', HTMLElement).hidden = level === 'good';
    if (level === 'good') this.child('menu', HTMLElement).removeAttribute('aria-describedby');
    else this.child('menu', HTMLElement).setAttribute('aria-describedby', 'person-signal');
    this.child('signal-icon', HTMLElement).setAttribute('name', signalIcons[level]);
    this.child('signal-words', HTMLElement).textContent = words;
  }

  /** @param {CallState} state @param {Participant} person @param {Element | null} tile @returns {Item[]} */
  #ofView(state, person, tile) {
    const video = tile?.querySelector('video');
    const playing = video instanceof HTMLVideoElement && video.srcObject !== null;
    /** @type {(Item | false)[]} */
    const items = [
      { icon: this.pinned === person.id ? 'unpin' : 'pin', key: this.pinned === person.id ? 'person.unpin' : 'person.pin', run: () => this.emit('pin', { key: person.id }) },
      tile instanceof ParticipantTile && document.fullscreenEnabled
        && { icon: 'expand', key: 'action.fullScreen', run: () => tile.requestFullscreen().catch(() => {}) },
      playing && document.pictureInPictureEnabled && { icon: 'pip', key: 'person.pictureInPicture', run: () => pictureInPicture(video) },
      person.id === state.me && { icon: 'mirror', key: 'person.mirror', run: () => this.emit('toggle-mirror') },
      person.id === state.me && { icon: 'eye-off', key: 'person.hideSelf', run: () => this.emit('toggle-hide-self') },
      mayWriteTo(state, person.id) && { icon: 'chat', key: 'person.write', run: () => this.emit('write-to', { participant: person.id }) },
    ];
    return /** @type {Item[]} */ (items.filter(Boolean));
  }

  /** @param {Item[]} items */
  #group(items) {
    const group = document.createElement('div');
    group.className = 'menu-group';
    group.append(...items.map(({ icon, key, danger, run }) => {
      const button = document.createElement('button');
      const picture = document.createElement('ui-icon');
      const words = document.createElement('span');
      button.type = 'button';
      button.classList.toggle('dangerous', danger === true);
      picture.setAttribute('name', icon);
      words.textContent = t(key);
      button.append(picture, words);
      button.addEventListener('click', () => {
        this.child('menu', HTMLElement).hidePopover();
        run();
      });
      return button;
    }));
    return group;
  }
}

/**
 * What stops or asks for somebody's devices.
 *
 * @param {PersonMenu} menu
 * @param {CallState} state
 * @param {Participant} person
 * @returns {Item[]}
 */
function moderation(menu, state, person) {
  if (!mayModerate(state, person.id)) return [];
  /** @param {string} icon @param {import('./actions.js').ModerationAction} action @returns {Item} */
  const item = (icon, action) => ({
    icon, key: `moderate.${action}`, run: () => menu.act({ type: 'moderate', action, who: [person.id] }),
  });
  const { audio, video, screen } = person.devices;
  return [
    audio ? item('mic-off', 'mute') : item('mic', 'askToUnmute'),
    video ? item('camera-off', 'hideVideo') : item('camera', 'askToStartVideo'),
    ...(screen ? [item('screen-stop', 'stopScreen')] : []),
    ...(person.hand === null ? [] : [item('hand', 'lowerHand')]),
  ];
}

/** @param {PersonMenu} menu @param {CallState} state @param {Participant} person @returns {Item[]} */
function roles(menu, state, person) {
  const assignable = assignableRoles(state, person.id);
  /** @type {Item[]} */
  const items = offeredRoles.filter((role) => assignable.includes(role)).map((role) => ({
    icon: role === 'participant' ? 'user-minus' : role === 'speaker' ? 'mic' : 'shield',
    key: `role.make.${role}`,
    run: async () => {
      const agreed = role !== 'host'
        || await agrees(t('role.make.host.title', { name: person.name }), t('role.make.host.text'), t('role.make.host'));
      if (agreed) menu.act({ type: 'setRole', participant: person.id, role });
    },
  }));
  if (!mayTransferHost(state) || person.id === state.me || person.role === 'machine') return items;
  return [...items, {
    icon: 'crown',
    key: 'role.transfer',
    run: async () => {
      const agreed = await agrees(t('role.transfer.title', { name: person.name }), t('role.transfer.text'), t('role.transfer'));
      if (agreed) menu.act({ type: 'transferHost', participant: person.id });
    },
  }];
}

/**
 * Asks before somebody is given power over everybody here.
 *
 * @param {string} title
 * @param {string} text
 * @param {string} action
 */
async function agrees(title, text, action) {
  return await confirm({ title, text, action }) !== null;
}

/** @param {PersonMenu} menu @param {CallState} state @param {Participant} person @returns {Item[]} */
function removal(menu, state, person) {
  if (!mayModerate(state, person.id) || !may(state, 'moderate')) return [];
  return /** @type {const} */ (['remove', 'ban']).map((action) => ({
    icon: action === 'ban' ? 'ban' : 'user-minus',
    key: `moderate.${action}`,
    danger: true,
    run: async () => {
      const reason = await confirm({
        title: t(`moderate.${action}.title`, { name: person.name }),
        text: t(`moderate.${action}.text`),
        action: t(`moderate.${action}`),
        danger: true,
        ask: t('moderate.reason'),
      });
      if (reason !== null) menu.act({ type: 'moderate', action, who: [person.id], ...(reason ? { reason } : {}) });
    },
  }));
}

/** @param {HTMLVideoElement} video */
async function pictureInPicture(video) {
  if (document.pictureInPictureElement === video) return document.exitPictureInPicture();
  await video.requestPictureInPicture().catch(() => {}); // the browser forbids it: nothing changes
}
customElements.define('person-menu', PersonMenu);
