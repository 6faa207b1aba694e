// The composition root of the page.
import { mount } from 'svelte';
import { Tab } from './tab.svelte.js';
import App from './ui/App.svelte';
import './ui/base.css';
import './ui/board.css';
import { router } from './ui/router.svelte.js';

const target = document.getElementById('app');
if (target === null) throw new Error('the page has no #app');

const tab = new Tab();
router.start();
mount(App, { target, props: { tab } });
void tab.start();
