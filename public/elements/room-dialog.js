import { t } from '../i18n/translate.js';
import { may, self } from '../state/selectors.js';
import { AuditLog } from './audit-log.js';
import { copyField } from './copy-field.js';
import { mayEndRoom } from './end-room.js';
import { html } from './html.js';
import { keepFocus } from './keep-focus.js';
import { ModalDialog } from './modal-dialog.js';
import { refusalText } from './refusal.js';
import { StreamKeys } from './stream-keys.js';
import { toast } from './toast.js';

/** @typedef {import('../types/messages.js').RoomUpdate} RoomUpdate */
/** @typedef {import('../types/messages.js').RulePermission} Rule */

/** @type {readonly Rule[]} */
const rules = ['publishAudio', 'publishVideo', 'publishScreen', 'chat', 'chatPrivately', 'shareFiles', 'draw', 'poll', 'record'];

/** The room as a moderator sets it: who may come in, who may do what, when it ends. Every change holds at once. */
export class RoomDialog extends ModalDialog {
  /** @override */
  static template = html`
    <dialog class="dialog" data-part="dialog" aria-labelledby="room-dialog-title">
      <header class="dialog-header"><h2 id="room-dialog-title" data-i18n="action.roomSettings"></h2>
        <button type="button" class="icon-button" data-close data-i18n-label="action.close"><ui-icon name="close"></ui-icon></button></header>
      <div class="dialog-body">
        <section class="section">
          <h3 data-i18n="room.admission"></h3>
          <label class="switch"><span><span data-i18n="room.lock"></span><small data-i18n="room.lock.text"></small></span><input type="checkbox" role="switch" data-room="locked"></label>
          <label class="switch"><span><span data-i18n="room.lobby"></span><small data-i18n="room.lobby.text"></small></span><input type="checkbox" role="switch" data-room="lobby"></label>
          <label class="switch"><span><span data-i18n="room.waitForHost"></span><small data-i18n="room.waitForHost.text"></small></span><input type="checkbox" role="switch" data-room="waitForHost"></label>
          <form class="field" data-part="lobby-form"><label for="room-lobby-message" data-i18n="room.lobbyMessage"></label>
            <div class="link-row"><input class="input" id="room-lobby-message" data-part="lobby-message" maxlength="500" autocomplete="off"><button class="button" type="submit" data-i18n="action.save"></button></div></form>
          <form class="field" data-part="password-form"><label for="room-password" data-i18n="room.password"></label>
            <div class="link-row"><input class="input" id="room-password" data-part="password" maxlength="128" autocomplete="new-password"><button class="button" type="submit" data-i18n="action.save"></button>
              <button class="button" type="button" data-part="password-remove" data-i18n="room.password.remove"></button></div>
            <p class="field-hint" data-part="password-state"></p></form>
        </section>
        <section class="section">
          <h3 data-i18n="room.limits"></h3>
          <form class="field" data-part="limit-form"><label for="room-limit" data-i18n="room.maxParticipants"></label>
            <div class="link-row"><input class="input" id="room-limit" type="number" min="2" max="1000" required data-part="limit"><button class="button" type="submit" data-i18n="action.save"></button></div></form>
          <form class="field" data-part="viewers-form"><label for="room-viewers" data-i18n="room.maxViewers"></label>
            <div class="link-row"><input class="input" id="room-viewers" type="number" min="0" max="1000" required data-part="viewers" aria-describedby="room-viewers-text"><button class="button" type="submit" data-i18n="action.save"></button></div>
            <p class="field-hint" id="room-viewers-text" data-i18n="room.maxViewers.text"></p></form>
          <div class="field"><label for="room-ends" data-i18n="room.ends"></label>
            <span class="select-box"><select class="select" id="room-ends" data-part="ends"></select><ui-icon name="chevron-down"></ui-icon></span></div>
        </section>
        <section class="section" data-part="mode-section" hidden>
          <h3 data-i18n="room.mode"></h3>
          <div class="field"><label for="room-mode" data-i18n="room.mode.label"></label>
            <span class="select-box"><select class="select" id="room-mode" data-part="mode" aria-describedby="room-mode-text"></select><ui-icon name="chevron-down"></ui-icon></span>
            <p class="field-hint" id="room-mode-text" data-part="mode-text"></p></div>
        </section>
        <section class="section">
          <h3 data-i18n="room.rules"></h3>
          <p class="small quiet" data-i18n="room.rules.text"></p>
          <div data-part="rules"></div>
        </section>
        <section class="section" data-part="key-section" hidden>
          <h3 data-i18n="room.hostKey"></h3>
          <p class="small quiet" data-i18n="room.hostKey.text"></p>
          <div class="link-row"><input class="input mono" readonly data-part="key" data-i18n-label="room.hostKey"><button class="button" type="button" data-part="key-copy"><ui-icon name="copy"></ui-icon><span data-i18n="invite.copy"></span></button></div>
        </section>
        <details class="section" data-part="streams-box" hidden><summary data-i18n="streamKeys.title"></summary><stream-keys data-part="streams"></stream-keys></details>
        <details class="section" data-part="audit-box"><summary data-i18n="room.audit"></summary><audit-log data-part="audit"></audit-log></details>
        <section class="section" data-part="end-section" hidden>
          <button type="button" class="button danger" data-part="end"><ui-icon name="leave"></ui-icon><span data-i18n="room.end"></span></button>
        </section>
      </div>
    </dialog>`;

  /** @type {import('../types/call.js').CallState | undefined} */
  #state;

  /** @param {import('../types/call.js').CallState} state */
  set state(state) {
    const same = this.#state?.room === state.room && this.#state?.participants === state.participants && this.#state?.hostKey === state.hostKey;
    this.#state = state;
    if (same || !this.isOpen) return;
    if (may(state, 'moderate')) this.needsRender();
    else this.close();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    super.connected(signal);
    /** @param {string} part @param {() => RoomUpdate | null} changes */
    const onSubmit = (part, changes) => this.child(part, HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const update = changes();
      if (update) this.#update(update);
    }, { signal });
    onSubmit('lobby-form', () => ({ lobbyMessage: this.child('lobby-message', HTMLInputElement).value.trim() }));
    onSubmit('password-form', () => this.#password());
    onSubmit('limit-form', () => this.#limit('limit', 'maxParticipants'));
    onSubmit('viewers-form', () => this.#limit('viewers', 'maxViewers'));
    this.child('password-remove', HTMLButtonElement).addEventListener('click', () => this.#update({ password: '' }), { signal });
    this.child('ends', HTMLSelectElement).addEventListener('change', (event) => {
      const { value } = /** @type {HTMLSelectElement} */ (event.target);
      if (value !== '') this.#update({ endsAfter: Number(value) });
    }, { signal });
    this.child('mode', HTMLSelectElement).addEventListener('change', (event) => {
      const { value } = /** @type {HTMLSelectElement} */ (event.target);
      this.#update({ mode: /** @type {RoomUpdate['mode']} */ (value) });
    }, { signal });
    this.addEventListener('change', (event) => this.#switched(event), { signal });
    this.child('audit-box', HTMLDetailsElement).addEventListener('toggle', () => this.#audit(), { signal });
    this.child('streams-box', HTMLDetailsElement).addEventListener('toggle', () => this.#streams(), { signal });
    this.child('key-copy', HTMLButtonElement).addEventListener('click', () => copyField(this.child('key', HTMLInputElement), t('room.hostKey.copied')), { signal });
    this.child('end', HTMLButtonElement).addEventListener('click', () => this.#end(), { signal });
  }

  /** @override */
  open() {
    super.open();
    this.child('lobby-message', HTMLInputElement).value = this.#state?.room?.lobbyMessage ?? '';
    this.child('limit', HTMLInputElement).valueAsNumber = this.#state?.room?.maxParticipants ?? 100;
    this.child('viewers', HTMLInputElement).valueAsNumber = this.#state?.room?.maxViewers ?? 0;
    this.child('password', HTMLInputElement).value = '';
  }

  /** @override */
  closed() {
    this.child('audit-box', HTMLDetailsElement).open = false;
    this.child('streams-box', HTMLDetailsElement).open = false;
    this.child('streams', StreamKeys).close(); // at once: `toggle` comes later
  }

  /** @override */
  render() {
    const state = this.#state;
    const room = state?.room;
    if (state && room) keepFocus(this, () => this.#show(state, room), () => this.child('password', HTMLElement));
  }

  /** @param {import('../types/call.js').CallState} state @param {import('../types/messages.js').Room} room */
  #show(state, room) {
    for (const input of this.querySelectorAll('[data-room]')) {
      if (input instanceof HTMLInputElement) input.checked = room[/** @type {'locked' | 'lobby' | 'waitForHost'} */ (input.dataset.room)];
    }
    this.child('password-state', HTMLElement).textContent = t(room.hasPassword ? 'room.password.set' : 'room.password.none');
    this.child('password-remove', HTMLElement).hidden = !room.hasPassword;
    this.#renderEnds(room.endsAt);
    this.#renderRules(room.rules);
    this.#renderMode(room.mode, self(state)?.role === 'host' ? state.topologies : []);
    this.child('streams-box', HTMLElement).hidden = !state.topologies.includes('routed');
    this.child('streams', StreamKeys).state = state;
    this.child('key-section', HTMLElement).hidden = state.hostKey === null;
    this.child('key', HTMLInputElement).value = state.hostKey ?? '';
    this.child('end-section', HTMLElement).hidden = self(state)?.role !== 'host';
  }

  /** @param {number | null} endsAt */
  #renderEnds(endsAt) {
    const minutes = endsAt === null ? 0 : Math.max(1, Math.round((endsAt - Date.now()) / 60_000));
    this.child('ends', HTMLSelectElement).replaceChildren(
      ...(endsAt === null ? [] : [new Option(t('room.ends.in', { count: minutes }), '')]),
      new Option(t('room.ends.never'), '0'),
      ...[15, 30, 45, 60, 90, 120].map((count) => new Option(t('room.ends.after', { count }), String(count * 60))),
    );
    this.child('ends', HTMLSelectElement).selectedIndex = 0;
  }

  /** @param {import('../types/messages.js').Room['mode']} mode @param {readonly import('../types/messages.js').Topology[]} offered to this person */
  #renderMode(mode, offered) {
    const modes = /** @type {const} */ (['auto', 'mesh', 'routed']).filter((one) => one === 'auto' || offered.includes(one));
    this.child('mode-section', HTMLElement).hidden = modes.length < 3;
    this.child('mode', HTMLSelectElement).replaceChildren(...modes.map((one) => new Option(t(`room.mode.${one}`), one, false, one === mode)));
    this.child('mode-text', HTMLElement).textContent = t(`room.mode.${mode}.text`);
  }

  /** @param {Record<Rule, boolean>} current */
  #renderRules(current) {
    const place = this.child('rules', HTMLElement);
    if (place.childElementCount === 0) place.append(...rules.map(ruleSwitch));
    for (const input of place.querySelectorAll('input')) input.checked = current[/** @type {Rule} */ (input.dataset.rule)];
    for (const label of place.querySelectorAll('label')) {
      const words = label.querySelector('span');
      if (words) words.textContent = t(`rule.${label.querySelector('input')?.dataset.rule}`);
    }
  }

  /** @param {Event} event */
  #switched(event) {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== 'checkbox') return;
    if (input.dataset.room) this.#update({ [input.dataset.room]: input.checked });
    if (input.dataset.rule) this.#update({ rules: { [input.dataset.rule]: input.checked } });
  }

  #password() {
    const field = this.child('password', HTMLInputElement);
    return field.value === '' ? null : { password: field.value };
  }

  /** @param {string} part @param {'maxParticipants' | 'maxViewers'} key @returns {RoomUpdate | null} */
  #limit(part, key) {
    const field = this.child(part, HTMLInputElement);
    if (Number.isInteger(field.valueAsNumber)) return { [key]: field.valueAsNumber };
    field.valueAsNumber = this.#state?.room?.[key] ?? 0; // what holds
    return null;
  }

  /** @param {RoomUpdate} changes */
  async #update(changes) {
    try {
      await this.ask({ type: 'updateRoom', changes });
      if (changes.password !== undefined) this.child('password', HTMLInputElement).value = '';
      if (!('rules' in changes)) toast(t('room.saved'), { level: 'success', key: 'room-saved', seconds: 2 });
    } catch (error) {
      toast(refusalText(error), { level: 'error', key: 'room-refused' });
      this.render(); // the switches show what holds
    }
  }

  #audit() {
    if (this.child('audit-box', HTMLDetailsElement).open) this.child('audit', AuditLog).load();
  }

  #streams() {
    const streams = this.child('streams', StreamKeys);
    if (this.child('streams-box', HTMLDetailsElement).open) streams.open();
    else streams.close();
  }

  async #end() {
    if (await mayEndRoom()) this.act({ type: 'endRoom' });
  }
}

/** @param {Rule} rule */
function ruleSwitch(rule) {
  const label = document.createElement('label');
  const words = document.createElement('span');
  const input = document.createElement('input');
  label.className = 'switch';
  input.type = 'checkbox';
  input.setAttribute('role', 'switch');
  input.dataset.rule = rule;
  label.append(words, input);
  return label;
}
customElements.define('room-dialog', RoomDialog);
