// An entry of a menu: what it is called and what it does.
import type { Component } from 'svelte';
import type { LucideProps } from '@lucide/svelte';

export type Icon = Component<LucideProps>;

export interface MenuItem {
  readonly label: string;
  readonly Icon?: Icon;
  readonly run: () => void;
  readonly isDisabled?: boolean;
}
