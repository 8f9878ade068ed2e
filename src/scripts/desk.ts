/** Ctrl+Enter, or Command+Enter, sends the form that is being written. */
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  if (event.target instanceof HTMLTextAreaElement) event.target.form?.requestSubmit();
});

// One press, one post: a second one while the first is on its way would say the same thing twice.
document.addEventListener('submit', (event) => {
  if (!(event.target instanceof HTMLFormElement)) return;
  if (event.target.dataset['sent']) event.preventDefault();
  event.target.dataset['sent'] = 'yes';
});

// Coming back with the browser's own button shows the same page again, not yet sent.
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset['sent'];
});
