import { t } from '../i18n/translate.js';
import { toast } from './toast.js';

/**
 * Puts what a field holds on the clipboard; where the browser forbids that, selects it to be copied by hand.
 *
 * @param {HTMLInputElement} field
 * @param {string} done the sentence for whoever asked
 */
export async function copyField(field, done) {
  try {
    await navigator.clipboard.writeText(field.value);
    toast(done, { level: 'success', key: 'copied' });
  } catch {
    field.focus();
    field.select();
    toast(t('invite.copyByHand'), { level: 'warning', key: 'copied' });
  }
}
