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

const tab = new Tab();
router.start();
mount(App, { target, props: { tab } });
void tab.start();
