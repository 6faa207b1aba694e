// The composition root of the page.
import { mount } from 'svelte';
import { Tab } from './tab.svelte.js';
import App from './ui/App.svelte';
import { router } from './ui/router.svelte.js';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/board.css';
import './ui/styles/room.css';
import './ui/styles/replay.css';
import './ui/styles/print.css';

const target = document.getElementById('app');
if (target === null) throw new Error('the page has no #app');

// A part of the page that is fetched while the line breaks gets its styles when it is back; the bundler
// would not ask for them a second time.
const STYLES_AGAIN_MS = 1000;
const stylesAgain = ({ target }: Event): void => {
  if (target instanceof HTMLLinkElement && target.rel === 'stylesheet')
    setTimeout(() => target.replaceWith(target.cloneNode()), STYLES_AGAIN_MS);
};
addEventListener('error', stylesAgain, true);

const tab = new Tab();
router.start();
mount(App, { target, props: { tab } });
void tab.start();
