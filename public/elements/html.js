/**
 * Makes a template from a literal without holes: markup comes from the source alone, and a hole is a type error.
 *
 * @param {TemplateStringsArray} strings
 * @returns {HTMLTemplateElement}
 */
export function html(strings) {
  const template = document.createElement('template');
  template.innerHTML = strings[0] ?? '';
  return template;
}
