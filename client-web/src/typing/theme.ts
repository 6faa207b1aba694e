// The editor in the tokens of the page; custom properties reach into its shadow root.
import { EditorView } from '@codemirror/view';

export const theme = EditorView.theme({
  '&': {
    background: 'var(--paper)',
    color: 'var(--ink)',
    border: '1px solid var(--line-strong, var(--ink-2))',
    borderRadius: 'var(--round)',
    font: '1rem/1.5 var(--font)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': {
    fontFamily: 'inherit',
    lineHeight: 'inherit',
    overflow: 'auto',
    maxHeight: '50vh',
  },
  '.cm-content': {
    padding: 'var(--space-2) var(--space-3)',
    minHeight: '44px',
    caretColor: 'var(--ink)',
  },
  '.cm-line': { padding: '0', overflowWrap: 'anywhere' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
});
