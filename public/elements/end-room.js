import { t } from '../i18n/translate.js';
import { confirm } from './confirm-dialog.js';

/** Asks whether the meeting is to end for everybody. @returns {Promise<boolean>} */
export async function mayEndRoom() {
  return await confirm({ title: t('room.end.title'), text: t('room.end.text'), action: t('room.end'), danger: true }) !== null;
}
