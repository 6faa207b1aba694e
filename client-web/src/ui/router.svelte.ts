// The addresses of the page. Links stay ordinary links; clicks on our own are kept in this document.

export type Route =
  | { readonly page: 'room' }
  | { readonly page: 'demo' }
  /** `to`: the session that the invitation is for; empty: the team room. */
  | { readonly page: 'join'; readonly token: string; readonly to: string }
  | { readonly page: 'copy'; readonly id: string }
  | { readonly page: 'plan'; readonly id: string }
  | { readonly page: 'session'; readonly session: string }
  | { readonly page: 'replay'; readonly session: string; readonly seq: bigint | undefined }
  | { readonly page: 'unknown' };

export function routeOf(path: string): Route {
  const [first, second, third, fourth, ...rest] = path.split('/').filter((part) => part !== '');
  if (first === undefined) return { page: 'room' };
  if (rest.length > 0) return { page: 'unknown' };
  if (first === 'demo' && second === undefined) return { page: 'demo' };
  if (second === undefined) return { page: 'unknown' };
  const name = decodeURIComponent(second);
  if (first === 'join' && fourth === undefined) {
    return { page: 'join', token: name, to: decodeURIComponent(third ?? '') };
  }
  if (first === 'copy' && third === undefined) return { page: 'copy', id: name };
  if (first === 'plan' && third === undefined) return { page: 'plan', id: name };
  if (first !== 's') return { page: 'unknown' };
  if (third === undefined) return { page: 'session', session: name };
  if (third !== 'e') return { page: 'unknown' };
  if (fourth === undefined) return { page: 'replay', session: name, seq: undefined };
  return /^\d{1,18}$/.test(fourth)
    ? { page: 'replay', session: name, seq: BigInt(fourth) }
    : { page: 'unknown' };
}

export function sessionPath(session: string): string {
  return `/s/${encodeURIComponent(session)}`;
}

export function momentPath(session: string, seq?: bigint): string {
  return `${sessionPath(session)}/e${seq === undefined ? '' : `/${seq.toString()}`}`;
}

export function planPath(plan: string): string {
  return `/plan/${encodeURIComponent(plan)}`;
}

export function copyPath(id: string): string {
  return `/copy/${encodeURIComponent(id)}`;
}

class Router {
  route = $state.raw<Route>(routeOf(location.pathname));

  start(): void {
    addEventListener('popstate', () => {
      this.route = routeOf(location.pathname);
    });
    document.addEventListener('click', (event) => this.#onClick(event));
  }

  go(path: string): void {
    history.pushState(null, '', path);
    this.route = routeOf(location.pathname);
    scrollTo(0, 0);
  }

  #onClick(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.origin !== location.origin || link.target !== '') return;
    if (routeOf(link.pathname).page === 'unknown' || link.hasAttribute('download')) return;
    event.preventDefault();
    this.go(link.pathname);
  }
}

export const router = new Router();
