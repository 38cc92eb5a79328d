// Whatever goes wrong in a script below is told by the body, so that a test, or a curious reader, can see it.
addEventListener('error', event => {
  const told = document.body.dataset.errors;
  document.body.dataset.errors = (told ? told + '\n' : '') + event.message;
});
