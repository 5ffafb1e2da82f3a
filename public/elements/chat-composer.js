import { t } from '../i18n/translate.js';
import { may } from '../state/selectors.js';
import { audienceOfReply, audiences, everyone, fitness } from './chat-audience.js';
import { EmojiPicker } from './emoji-picker.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';
import { refusalText } from './refusal.js';
import { plainText } from './rich-text-view.js';

/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {import('./chat-audience.js').Audience} Audience */
/** @typedef {{kind: 'new'} | {kind: 'reply' | 'edit', message: string}} Writing something new, an answer, or another wording */

/** The most characters of a message. */
const longest = 4000;

/** Where a message is written, and to whom. Events: `sent`, and `act`. */
export class ChatComposer extends LightElement {
  /** @override */
  static template = html`
    <form class="composer" data-part="form">
      <div class="composer-about" data-part="about" hidden><ui-icon data-part="about-icon"></ui-icon><span data-part="about-text"></span>
        <button type="button" class="icon-button" data-part="about-cancel" data-i18n-label="action.cancel"><ui-icon name="close"></ui-icon></button></div>
      <label class="composer-to" data-part="to-row"><span data-i18n="chat.to"></span>
        <span class="select-box"><select class="select" data-part="to"></select><ui-icon name="chevron-down"></ui-icon></span></label>
      <p class="field-error" data-part="error" role="alert" hidden><ui-icon name="error"></ui-icon><span data-part="error-text"></span></p>
      <div class="composer-row">
        <textarea class="textarea" data-part="text" rows="1" data-i18n-label="chat.message" data-i18n-placeholder="chat.placeholder" enterkeyhint="send"></textarea>
        <button type="button" class="icon-button" data-part="emoji" data-i18n-label="chat.emoji" aria-haspopup="true"><ui-icon name="smile"></ui-icon></button>
        <button type="submit" class="icon-button send" data-part="send" data-i18n-label="chat.send"><ui-icon name="send"></ui-icon></button>
      </div>
      <p class="small quiet" data-part="forbidden" data-i18n="chat.forbidden" hidden></p>
    </form>
    <emoji-picker data-part="picker"></emoji-picker>`;

  /** @type {CallState | undefined} */
  #state;
  /** @type {Writing} */
  #writing = { kind: 'new' };
  /** Whom it is for, as the person chose. */
  #to = everyone;

  /** @param {CallState} state */
  set state(state) {
    const former = this.#state;
    const same = former?.chat === state.chat && former.participants === state.participants && former.room === state.room;
    this.#state = state;
    if (former?.phase === 'reconnecting' && state.phase === 'joined') this.#fail(null); // what failed can be tried again
    if (!same) this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    const text = this.child('text', HTMLTextAreaElement);
    this.child('about-cancel', HTMLButtonElement).addEventListener('click', () => this.write({ kind: 'new' }), { signal });
    this.child('emoji', HTMLButtonElement).addEventListener('click', () => this.#insertEmoji(), { signal });
    text.addEventListener('input', () => this.#typed(), { signal });
    text.addEventListener('keydown', (event) => this.#key(event), { signal });
    this.child('to', HTMLSelectElement).addEventListener('change', (event) => {
      this.#choose(/** @type {HTMLSelectElement} */ (event.target).value);
    }, { signal });
    this.child('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    }, { signal });
  }

  takeFocus() {
    this.child('text', HTMLElement).focus();
  }

  /** @param {string} participant */
  writeTo(participant) {
    this.#choose(participant);
    this.takeFocus();
  }

  /** @override */
  render() {
    const state = this.#state;
    if (!state) return;
    this.#forgetVanished(state);
    this.#show(state);
  }

  /** @param {string} id of a participant; empty for everyone */
  #choose(id) {
    const state = this.#state;
    if (!state) return;
    this.#to = audiences(state, this.#to).find(({ audience }) => (audience.id ?? '') === id)?.audience ?? this.#to;
    this.#fail(null);
    this.render();
  }

  /** @param {CallState} state */
  #show(state) {
    const allowed = may(state, 'chat');
    const chosen = this.#to;
    const choices = audiences(state, chosen);
    showOptions(this.child('to', HTMLSelectElement), choices.map(({ audience, fitness }) => new Option(audienceName(audience, fitness), audience.id ?? '')));
    this.child('to', HTMLSelectElement).value = chosen.id ?? '';
    this.child('to-row', HTMLElement).hidden = this.#writing.kind === 'edit' || (choices.length < 2 && chosen.id === null);
    for (const part of ['text', 'send', 'emoji']) /** @type {HTMLButtonElement} */ (this.child(part, HTMLElement)).disabled = !allowed;
    this.child('forbidden', HTMLElement).hidden = allowed;
    this.#renderAbout(state);
  }

  /**
   * A message that was to be answered or edited is gone with the server that knew it: the words stay, for whom they were meant.
   *
   * @param {CallState} state
   */
  #forgetVanished(state) {
    const writing = this.#writing;
    if (writing.kind === 'new' || state.chat.some(({ id }) => id === writing.message)) return;
    const about = state.formerChat.find(({ id }) => id === writing.message);
    if (writing.kind === 'edit' && about) this.#to = audienceOfReply(state, about, null);
    this.#writing = { kind: 'new' };
  }

  /** @param {CallState} state */
  #renderAbout(state) {
    const writing = this.#writing;
    this.child('about', HTMLElement).hidden = writing.kind === 'new';
    if (writing.kind === 'new') return;
    const about = state.chat.find(({ id }) => id === writing.message);
    this.child('about-icon', HTMLElement).setAttribute('name', writing.kind);
    this.child('about-text', HTMLElement).textContent = t(`chat.about.${writing.kind}`, { name: about?.name ?? '', text: plainText(about?.text ?? '') });
  }

  /** @param {Writing} writing what to write from now on */
  write(writing) {
    const text = this.child('text', HTMLTextAreaElement);
    const about = writing.kind === 'new' ? undefined : this.#state?.chat.find(({ id }) => id === writing.message);
    if (writing.kind === 'edit') text.value = about?.text ?? '';
    if (writing.kind === 'new' && this.#writing.kind === 'edit') text.value = '';
    if (writing.kind === 'reply' && about && this.#state) {
      this.#to = audienceOfReply(this.#state, about, text.value.trim() === '' ? null : this.#to);
    }
    this.#writing = writing;
    this.#fit();
    this.render();
    text.focus();
  }

  async #send() {
    const field = this.child('text', HTMLTextAreaElement);
    const text = field.value.trim();
    const state = this.#state;
    if (text === '' || !state) return;
    const writing = this.#writing;
    const to = this.#to;
    if ([...text].length > longest) return this.#fail(t('chat.tooLong', { count: longest }));
    if (writing.kind !== 'edit' && fitness(state, to) !== 'open') return this.#askForWhom(to, fitness(state, to));
    try {
      field.value = '';
      this.#fit();
      if (writing.kind === 'edit') await this.ask({ type: 'editChat', message: writing.message, text });
      else await this.ask({ type: 'sendChat', text, to: to.id, replyTo: writing.kind === 'reply' ? writing.message : null });
      this.#fail(null);
      this.write({ kind: 'new' });
      this.emit('sent');
    } catch (error) {
      if (field.value === '') field.value = text; // nothing that was written is lost
      this.#fit();
      this.#fail(refusalText(error));
    }
  }

  /**
   * It may not go where it was meant to go, and only the person may decide where else.
   *
   * @param {Audience} to
   * @param {import('./chat-audience.js').Fitness} why
   */
  #askForWhom(to, why) {
    this.#fail(to.id !== null && why === 'left' ? t('chat.audience.left', { name: to.name }) : t('chat.audience.forbidden'));
    this.child('to', HTMLElement).focus();
  }

  /** @param {string | null} words why something failed; null: it no longer matters */
  #fail(words) {
    this.child('error', HTMLElement).hidden = words === null;
    this.child('error-text', HTMLElement).textContent = words ?? '';
  }

  #typed() {
    this.#fail(null);
    this.#fit();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === 'Escape' && this.#writing.kind !== 'new') {
      event.stopPropagation();
      this.write({ kind: 'new' });
    }
  }

  async #insertEmoji() {
    const text = this.child('text', HTMLTextAreaElement);
    const { selectionStart, selectionEnd } = text;
    const emoji = await this.child('picker', EmojiPicker).choose(this.child('emoji', HTMLElement));
    text.focus();
    if (emoji !== null) text.setRangeText(emoji, selectionStart, selectionEnd, 'end');
    this.#typed();
  }

  /** The field is as tall as what was written, up to the style sheet's limit. */
  #fit() {
    const text = this.child('text', HTMLTextAreaElement);
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight + 2}px`;
  }
}

/** @param {Audience} audience @param {import('./chat-audience.js').Fitness} fitness */
function audienceName(audience, fitness) {
  const name = audience.id === null ? t('chat.everyone') : audience.name || t('chat.somebody');
  return fitness === 'open' ? name : t(`chat.to.${fitness}`, { name });
}

/**
 * Changes the options only when they are others: a list that is open must not close.
 *
 * @param {HTMLSelectElement} select
 * @param {HTMLOptionElement[]} options
 */
function showOptions(select, options) {
  const same = options.length === select.length && options.every(({ value, text }, index) => select.options[index]?.value === value && select.options[index]?.text === text);
  if (!same) select.replaceChildren(...options);
}
customElements.define('chat-composer', ChatComposer);
