import { language, t } from '../i18n/translate.js';
import { hands, may, people, self } from '../state/selectors.js';
import { confirm } from './confirm-dialog.js';
import { html } from './html.js';
import { keepFocus } from './keep-focus.js';
import { keyedChildren } from './keyed-children.js';
import { LightElement } from './light-element.js';
import { LobbyPanel } from './lobby-panel.js';
import { PersonRow } from './person-row.js';
import { refusalText } from './refusal.js';
import { toast } from './toast.js';

/** From this many people on there is something to search. */
const searchFrom = 8;

/** Everybody in the room and those who wait, with what a moderator may do. */
export class PeoplePanel extends LightElement {
  /** @override */
  static template = html`
    <header class="panel-header">
      <h2 data-part="title" tabindex="-1"></h2>
      <button type="button" class="icon-button" data-part="room" data-i18n-label="action.roomSettings"><ui-icon name="shield"></ui-icon></button>
      <button type="button" class="icon-button" data-part="close" data-i18n-label="action.close"><ui-icon name="close"></ui-icon></button>
    </header>
    <div class="people-scroll">
      <lobby-panel data-part="lobby"></lobby-panel>
      <div class="people-search" data-part="search-row"><ui-icon name="search"></ui-icon><input class="input" type="search" data-part="search" data-i18n-label="people.search" data-i18n-placeholder="people.search"></div>
      <div class="people-list" role="list" data-part="list" data-i18n-label="people.list"></div>
      <p class="panel-empty" data-part="nobody" role="status" hidden></p>
    </div>
    <footer class="people-footer">
      <form class="rename" data-part="rename" hidden>
        <input class="input" data-part="new-name" maxlength="64" data-i18n-label="join.name">
        <button type="submit" class="button primary" data-i18n="people.rename.save"></button>
      </form>
      <div class="people-buttons">
        <button type="button" class="button" data-part="invite"><ui-icon name="user-plus"></ui-icon><span data-i18n="people.invite"></span></button>
        <button type="button" class="button" data-part="rename-open"><ui-icon name="edit"></ui-icon><span data-i18n="people.rename"></span></button>
        <button type="button" class="button" data-part="mute-all"><ui-icon name="mic-off"></ui-icon><span data-i18n="people.muteAll"></span></button>
        <button type="button" class="button" data-part="lower-all"><ui-icon name="hand"></ui-icon><span data-i18n="people.lowerAll"></span></button>
      </div>
    </footer>`;

  /** @type {import('../types/call.js').CallState | undefined} */
  #state;
  /** @type {import('./video-grid.js').GridView['quality']} */
  #quality = new Map();

  /** @param {import('../types/call.js').CallState} state */
  set state(state) {
    const before = this.#state;
    const same = before?.participants === state.participants && before.waiting === state.waiting && before.room === state.room && before.links === state.links;
    this.#state = state;
    if (!same) this.needsRender();
  }

  /** @param {import('./video-grid.js').GridView['quality']} quality how well others are connected, as this page measures it */
  set quality(quality) {
    this.#quality = quality;
    this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    /** @param {string} part @param {() => void} action */
    const on = (part, action) => this.child(part, HTMLButtonElement).addEventListener('click', action, { signal });
    this.child('lobby', LobbyPanel).refuge = () => this.child('title', HTMLElement);
    on('close', () => this.emit('close-panel'));
    on('room', () => this.emit('open-room-dialog'));
    on('invite', () => this.emit('open-invitation'));
    on('mute-all', () => this.#muteAll());
    on('lower-all', () => this.act({ type: 'moderate', action: 'lowerHand', who: hands(this.#stateOrThrow()).map(({ id }) => id) }));
    on('rename-open', () => this.#openRename());
    this.child('search', HTMLInputElement).addEventListener('input', () => this.needsRender(), { signal });
    this.child('rename', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#rename();
    }, { signal });
  }

  /** The panel was brought up. */
  opened() {
    this.child('close', HTMLElement).focus({ preventScroll: true });
  }

  /** @override */
  render() {
    const state = this.#state;
    if (state) keepFocus(this, () => this.#show(state), () => this.child('title', HTMLElement));
  }

  /** @param {import('../types/call.js').CallState} state */
  #show(state) {
    const everybody = people(state, language());
    const moderates = may(state, 'moderate');
    this.child('title', HTMLElement).textContent = t('people.count', { count: everybody.length });
    this.child('lobby', LobbyPanel).waiting = state.waiting;
    this.child('search-row', HTMLElement).hidden = everybody.length < searchFrom;
    this.#renderList(state, everybody);
    this.child('room', HTMLElement).hidden = !moderates;
    this.child('mute-all', HTMLElement).hidden = !moderates || everybody.length < 2;
    this.child('lower-all', HTMLElement).hidden = !moderates || hands(state).length === 0;
  }

  /** @param {import('../types/call.js').CallState} state @param {import('../types/messages.js').Participant[]} everybody */
  #renderList(state, everybody) {
    const wish = this.child('search-row', HTMLElement).hidden ? '' : folded(this.child('search', HTMLInputElement).value.trim());
    const found = everybody.filter(({ name }) => folded(name).includes(wish));
    const order = new Map(hands(state).map(({ id }, index) => [id, index + 1]));
    keyedChildren(this.child('list', HTMLElement), found, {
      key: ({ id }) => id,
      create: () => new PersonRow(),
      update: (row, participant) => {
        const { id } = participant;
        const [link, quality] = [state.links[id] ?? null, this.#quality.get(id) ?? null];
        row.view = { participant, me: id === state.me, handOrder: order.get(id) ?? null, link, quality };
      },
    });
    this.child('nobody', HTMLElement).hidden = found.length > 0;
    this.child('nobody', HTMLElement).textContent = found.length > 0 ? '' : t('people.nobody');
  }

  async #muteAll() {
    const answer = await confirm({ title: t('people.muteAll.title'), text: t('people.muteAll.text'), action: t('people.muteAll') });
    if (answer !== null) this.act({ type: 'moderate', action: 'mute', who: 'everyone' });
  }

  #openRename() {
    const form = this.child('rename', HTMLElement);
    const field = this.child('new-name', HTMLInputElement);
    form.hidden = !form.hidden;
    if (form.hidden) return;
    field.value = self(this.#stateOrThrow())?.name ?? '';
    field.focus();
    field.select();
  }

  async #rename() {
    const name = this.child('new-name', HTMLInputElement).value.trim();
    if (name === '') return;
    try {
      await this.ask({ type: 'rename', name });
      this.child('rename', HTMLElement).hidden = true;
      this.child('rename-open', HTMLElement).focus();
    } catch (error) {
      toast(refusalText(error), { level: 'error', key: 'rename' });
    }
  }

  #stateOrThrow() {
    if (!this.#state) throw new Error('people-panel has no state yet');
    return this.#state;
  }
}

/**
 * Without case and accents, as one searches.
 *
 * @param {string} text
 */
function folded(text) {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
customElements.define('people-panel', PeoplePanel);
