/** Closing the frame is up to the page around it; without one, or without scripts, there is nothing to close. */
const button = document.querySelector('button');
if (button && parent !== window) {
  button.hidden = false;
  button.addEventListener('click', () => parent.postMessage('intermission:close', '*'));
}

// The page around us only asks whether there is news; what it is changes in here.
setInterval(() => {
  if (!document.hidden) location.reload();
}, 60_000);
