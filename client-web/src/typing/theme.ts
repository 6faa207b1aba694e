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
    overflowX: 'hidden',
    overflowY: 'auto',
    maxHeight: '50vh',
  },
  '.cm-content': {
    // Above: room for a name over a caret in the first line.
    padding: 'var(--space-4) var(--space-3) var(--space-2)',
    minHeight: '44px',
    caretColor: 'var(--ink)',
  },
  '.cm-line': { padding: '0', overflowWrap: 'anywhere' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
});
