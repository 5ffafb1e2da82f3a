import { language, t } from '../i18n/translate.js';
import { ChatComposer } from './chat-composer.js';
import { ChatMessage } from './chat-message.js';
import { chatAsText } from './chat-as-text.js';
import { EmojiPicker } from './emoji-picker.js';
import { html } from './html.js';
import { keyedChildren } from './keyed-children.js';
import { LightElement } from './light-element.js';
import { saveText } from './save-text.js';

/** @typedef {import('../types/messages.js').ChatMessage} Message */
/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {{kind: 'message', message: Message, before: Message | undefined, past: boolean} | {kind: 'restart'}} Line */

/** Two messages of one writer within this time stand together, in milliseconds. */
const together = 3 * 60_000;

/** The chat: what was written, and below it the field to write in. */
export class ChatPanel extends LightElement {
  /** @override */
  static template = html`
    <header class="panel-header">
      <h2 data-i18n="chat.title"></h2>
      <button type="button" class="icon-button" data-part="save" data-i18n-label="chat.save"><ui-icon name="download"></ui-icon></button>
      <button type="button" class="icon-button" data-part="close" data-i18n-label="action.close"><ui-icon name="close"></ui-icon></button>
    </header>
    <div class="chat-log" role="log" tabindex="0" data-part="log" data-i18n-label="chat.log">
      <p class="panel-empty" data-part="empty"><ui-icon name="chat"></ui-icon><span data-i18n="chat.empty"></span></p>
      <div class="chat-messages" data-part="messages"></div>
    </div>
    <button type="button" class="button chat-newest" data-part="newest" hidden><ui-icon name="arrow-down"></ui-icon><span data-i18n="chat.newest"></span></button>
    <chat-composer data-part="composer"></chat-composer>
    <emoji-picker data-part="picker"></emoji-picker>`;

  /** @type {import('../types/call.js').CallState | undefined} */
  #state;
  #atBottom = true;

  /** @param {import('../types/call.js').CallState} state */
  set state(state) {
    const former = this.#state;
    const same = former?.chat === state.chat && former.participants === state.participants && former.room === state.room;
    this.#state = state;
    this.child('composer', ChatComposer).state = state;
    if (!same) this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    /** @param {string} part @param {() => void} action */
    const on = (part, action) => this.child(part, HTMLButtonElement).addEventListener('click', action, { signal });
    const composer = this.child('composer', ChatComposer);
    on('close', () => this.emit('close-panel'));
    on('save', () => this.#save());
    on('newest', () => this.#scrollDown());
    this.child('log', HTMLElement).addEventListener('scroll', () => this.#scrolled(), { signal });
    /** @param {string} type @param {(detail: any) => void} listener */
    const listen = (type, listener) => this.addEventListener(type, (event) => {
      listener(/** @type {CustomEvent} */ (event).detail);
    }, { signal });
    listen('reply', ({ message }) => composer.write({ kind: 'reply', message }));
    listen('edit', ({ message }) => composer.write({ kind: 'edit', message }));
    listen('sent', () => this.#scrollDown());
    listen('react-to', (detail) => this.#reactTo(detail));
    listen('unfold', ({ message }) => this.#foldOthers(message));
    listen('show-message', ({ message }) => this.#show(message));
  }

  /** The panel was brought up. */
  opened() {
    this.#scrollDown();
    if (window.matchMedia('(hover: hover)').matches) this.child('composer', ChatComposer).takeFocus();
    else this.child('close', HTMLElement).focus(); // a phone's keyboard would hide what there is to read
  }

  /** @param {string} participant */
  writeTo(participant) {
    this.child('composer', ChatComposer).writeTo(participant);
  }

  /** @param {string} message the message to answer */
  reply(message) {
    this.child('composer', ChatComposer).write({ kind: 'reply', message });
  }

  /** @override */
  render() {
    const state = this.#state;
    if (!state) return;
    const bottom = this.#atBottom;
    const shown = lines(state);
    this.child('empty', HTMLElement).hidden = shown.length > 0;
    this.child('save', HTMLButtonElement).disabled = shown.length === 0;
    keyedChildren(this.child('messages', HTMLElement), shown, {
      key: (line) => (line.kind === 'message' ? line.message.id : line.kind),
      create: (line) => (line.kind === 'message' ? new ChatMessage() : divider()),
      update: (element, line) => {
        if (line.kind === 'restart') element.textContent = t('chat.restarted');
        else if (element instanceof ChatMessage) element.view = { ...line, state, follows: follows(line.message, line.before) };
      },
    });
    if (bottom) queueMicrotask(() => this.#scrollDown());
    else this.child('newest', HTMLElement).hidden = false;
  }

  /** @param {{message: string, anchor: HTMLElement}} where */
  async #reactTo({ message, anchor }) {
    const emoji = await this.child('picker', EmojiPicker).choose(anchor);
    if (emoji !== null) this.act({ type: 'reactToChat', message, emoji, on: true });
    anchor.focus();
  }

  /** @param {string} unfolded the message whose actions stay open */
  #foldOthers(unfolded) {
    for (const one of this.child('messages', HTMLElement).children) {
      if (one instanceof ChatMessage && one.view?.message.id !== unfolded) one.unfold(false);
    }
  }

  /** @param {string | null} id */
  #show(id) {
    const messages = [...this.child('messages', HTMLElement).children];
    const element = messages.find((one) => one instanceof ChatMessage && one.view?.message.id === id);
    element?.scrollIntoView({ block: 'center' });
    element?.classList.add('shown');
    setTimeout(() => element?.classList.remove('shown'), 1600);
  }

  #scrolled() {
    const log = this.child('log', HTMLElement);
    this.#atBottom = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    if (this.#atBottom) this.child('newest', HTMLElement).hidden = true;
  }

  #scrollDown() {
    const log = this.child('log', HTMLElement);
    log.scrollTop = log.scrollHeight;
    this.#atBottom = true;
    this.child('newest', HTMLElement).hidden = true;
  }

  #save() {
    const state = this.#state;
    if (!state?.room) return;
    const day = new Date().toISOString().slice(0, 10);
    saveText(`${state.room.name} ${day}.txt`, chatAsText([...state.formerChat, ...state.chat], language(), t('chat.private')));
  }
}

/**
 * What the log shows: what stood there before the server was restarted, a word about that, and what the server knows.
 *
 * @param {CallState} state
 * @returns {Line[]}
 */
function lines({ formerChat, chat }) {
  /** @param {readonly Message[]} messages @param {boolean} past @returns {Line[]} */
  const all = (messages, past) => messages.map((message, index) => ({ kind: 'message', message, before: messages[index - 1], past }));
  return formerChat.length === 0 ? all(chat, false) : [...all(formerChat, true), { kind: 'restart' }, ...all(chat, false)];
}

function divider() {
  const element = document.createElement('p');
  element.className = 'chat-divider';
  return element;
}

/** @param {Message} message @param {Message | undefined} before */
function follows(message, before) {
  return before !== undefined && before.from === message.from && before.to === message.to && message.replyTo === null
    && message.sentAt - before.sentAt < together;
}
customElements.define('chat-panel', ChatPanel);
