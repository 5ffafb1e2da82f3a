import { language, t } from '../i18n/translate.js';
import { timeOfDay } from '../lib/format.js';
import { may, mayDelete, mayEdit } from '../state/selectors.js';
import { showAvatar } from './avatar.js';
import { confirm } from './confirm-dialog.js';
import { html } from './html.js';
import { keepFocus } from './keep-focus.js';
import { LightElement } from './light-element.js';
import { plainText, richTextView } from './rich-text-view.js';

/** @typedef {import('../types/messages.js').ChatMessage} Message */
/** @typedef {{message: Message, state: import('../types/call.js').CallState, follows: boolean, past: boolean}} MessageView
 * `follows`: the same writer just before; `past`: the server no longer knows it, so it can only be read */

/** One message of the chat. Events: `reply`, `edit`, `react-to` `{message, anchor}`, `unfold`, and `act`. */
export class ChatMessage extends LightElement {
  /** @override */
  static template = html`
    <span class="avatar" data-part="avatar" aria-hidden="true"></span>
    <div class="message-body">
      <p class="message-head" data-part="head"><strong data-part="name"></strong><span class="chip" data-part="private" hidden></span><time data-part="time"></time></p>
      <button type="button" class="message-quote" data-part="quote" hidden><ui-icon name="reply"></ui-icon><span data-part="quote-text"></span></button>
      <div class="message-text" data-part="text"></div>
      <div class="message-reactions" data-part="reactions" role="group" data-i18n-label="chat.reactions"></div>
    </div>
    <button type="button" class="icon-button message-more" data-part="more" aria-expanded="false"><ui-icon name="more"></ui-icon></button>
    <div class="message-actions" role="group" data-part="actions">
      <button type="button" class="icon-button" data-part="react" data-i18n-label="chat.react" aria-haspopup="true"><ui-icon name="smile"></ui-icon></button>
      <button type="button" class="icon-button" data-part="reply" data-i18n-label="chat.reply"><ui-icon name="reply"></ui-icon></button>
      <button type="button" class="icon-button" data-part="edit" data-i18n-label="chat.edit"><ui-icon name="edit"></ui-icon></button>
      <button type="button" class="icon-button" data-part="delete" data-i18n-label="chat.delete"><ui-icon name="trash"></ui-icon></button>
    </div>`;

  /** @type {MessageView | undefined} */
  #view;
  #shownText = '';

  get view() { return this.#view; }
  /** @param {MessageView | undefined} view */
  set view(view) {
    if (!view) return;
    const { message, follows, state, past } = this.#view ?? {};
    const same = message === view.message && follows === view.follows && past === view.past
      && state?.participants === view.state.participants && state?.room === view.state.room;
    this.#view = view;
    if (!same) this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    /** @param {string} part @param {(id: string) => void} action */
    const on = (part, action) => this.child(part, HTMLButtonElement).addEventListener('click', () => {
      if (this.#view) action(this.#view.message.id);
    }, { signal });
    on('react', (message) => this.emit('react-to', { message, anchor: this.child('react', HTMLElement) }));
    on('reply', (message) => this.emit('reply', { message }));
    on('edit', (message) => this.emit('edit', { message }));
    on('delete', (message) => this.#delete(message));
    on('more', () => this.unfold(!this.classList.contains('open')));
    on('quote', () => this.emit('show-message', { message: this.#view?.message.replyTo }));
    this.child('reactions', HTMLElement).addEventListener('click', (event) => this.#toggleReaction(event), { signal });
  }

  /**
   * Shows or hides what can be done with the message, where no pointer hovers over it.
   *
   * @param {boolean} open
   */
  unfold(open) {
    this.classList.toggle('open', open);
    this.child('more', HTMLElement).setAttribute('aria-expanded', String(open));
    if (open) this.emit('unfold', { message: this.#view?.message.id });
  }

  /** @override */
  render() {
    const view = this.#view;
    if (view) keepFocus(this, () => this.#show(view), () => this.#refuge());
  }

  #refuge() {
    return /** @type {HTMLElement | null} */ (this.closest('[role="log"]')) ?? this;
  }

  /** @param {MessageView} view */
  #show(view) {
    const { message, state, follows } = view;
    const mine = message.from === state.me;
    this.classList.toggle('mine', mine);
    this.classList.toggle('follows', follows);
    this.classList.toggle('deleted', message.deleted);
    this.classList.toggle('private', message.to !== null);
    showAvatar(this.child('avatar', HTMLElement), message.name);
    this.child('name', HTMLElement).textContent = mine ? t('chat.you') : message.name;
    this.#renderPrivate(message, view);
    const time = this.child('time', HTMLTimeElement);
    time.dateTime = new Date(message.sentAt).toISOString();
    time.textContent = timeOfDay(message.sentAt, language()) + (message.editedAt === null ? '' : ` · ${t('chat.edited')}`);
    this.#renderQuote(message, state);
    this.#renderText(message);
    this.#renderReactions(message, view);
    this.#renderActions(message, view);
  }

  /** @param {Message} message @param {MessageView} view */
  #renderPrivate(message, { state }) {
    const chip = this.child('private', HTMLElement);
    chip.hidden = message.to === null;
    if (message.to === null) return;
    const other = state.participants[message.to]?.name ?? t('chat.somebody');
    chip.textContent = message.from === state.me ? t('chat.privateTo', { name: other }) : t('chat.private');
  }

  /** @param {Message} message @param {import('../types/call.js').CallState} state */
  #renderQuote(message, state) {
    const quoted = [...state.chat, ...state.formerChat].find(({ id }) => id === message.replyTo);
    this.child('quote', HTMLElement).hidden = message.replyTo === null || message.deleted;
    this.child('quote-text', HTMLElement).textContent = quoted && !quoted.deleted ? `${quoted.name}: ${plainText(quoted.text)}` : t('chat.gone');
  }

  /** @param {Message} message */
  #renderText(message) {
    const text = message.deleted ? '' : message.text;
    const place = this.child('text', HTMLElement);
    if (message.deleted) { place.textContent = t('chat.deleted'); this.#shownText = ''; return; }
    if (text === this.#shownText && place.hasChildNodes()) return;
    this.#shownText = text;
    place.replaceChildren(richTextView(text));
  }

  /** @param {Message} message @param {MessageView} view */
  #renderReactions(message, { state, past }) {
    const reactions = Object.entries(message.reactions).filter(([, who]) => who.length > 0);
    const place = this.child('reactions', HTMLElement);
    place.hidden = reactions.length === 0 || message.deleted;
    place.replaceChildren(...reactions.map(([emoji, who]) => {
      const button = document.createElement('button');
      const mine = state.me !== null && who.includes(state.me);
      const names = who.map((id) => state.participants[id]?.name ?? t('chat.somebody')).join(', ');
      button.type = 'button';
      button.className = 'reaction-chip';
      button.disabled = past || !may(state, 'chat');
      button.dataset.emoji = emoji;
      button.textContent = `${emoji} ${who.length}`;
      button.setAttribute('aria-pressed', String(mine));
      button.setAttribute('aria-label', `${emoji} ${names}`);
      button.title = names;
      return button;
    }));
  }

  /** @param {Message} message @param {MessageView} view */
  #renderActions(message, { state, past }) {
    const mayChat = may(state, 'chat') && !message.deleted;
    const allowed = Object.entries({
      react: mayChat, reply: mayChat, edit: mayEdit(state, message), delete: mayDelete(state, message),
    }).map(([part, may]) => {
      this.child(part, HTMLElement).hidden = past || !may;
      return may && !past;
    });
    const words = t('chat.actions', { name: message.name });
    this.child('more', HTMLElement).hidden = !allowed.includes(true);
    this.child('more', HTMLElement).setAttribute('aria-label', words);
    this.child('actions', HTMLElement).setAttribute('aria-label', words);
  }

  /** @param {string} message */
  async #delete(message) {
    const answer = await confirm({ title: t('chat.delete.title'), text: t('chat.delete.text'), action: t('chat.delete'), danger: true });
    if (answer !== null) this.act({ type: 'deleteChat', message });
  }

  /** @param {Event} event */
  #toggleReaction(event) {
    const button = /** @type {Element} */ (event.target).closest('button');
    const emoji = button?.dataset.emoji;
    if (!button || !emoji || !this.#view) return;
    const on = button.getAttribute('aria-pressed') !== 'true';
    this.act({ type: 'reactToChat', message: this.#view.message.id, emoji, on });
  }
}
customElements.define('chat-message', ChatMessage);
