/** The page itself. Its script builds elements and sets their text: nothing of the cluster is ever read as HTML. */
export const document = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Fairlead</title>
<style>
  :root { color-scheme: light dark; --line: #8884; --good: #2a9d5c; --wait: #c98a1b; --away: #8888; }
  body { font: 15px/1.45 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.1rem; margin: 0 0 1rem; }
  article { border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; margin: 0 0 .8rem; }
  h2 { font-size: 1rem; margin: 0; display: inline; }
  .facts { color: #777; margin-left: .6rem; }
  p { margin: .3rem 0; }
  ul { list-style: none; margin: .5rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem; }
  li { border: 1px solid var(--line); border-left: 4px solid var(--good); border-radius: 5px; padding: .2rem .6rem; max-width: 22rem; }
  li.waits { border-left-color: var(--wait); }
  li.leaving { border-left-color: var(--away); opacity: .6; }
  li small { display: block; color: #777; }
  #state { float: right; color: #777; font-weight: normal; }
</style>
<h1>Fairlead <span id="state">connecting …</span></h1>
<main id="services"></main>
<script>
  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const podItem = (pod) => {
    const item = element('li', pod.name, pod.state);
    item.append(element('small', [pod.ip, pod.node].filter(Boolean).join(' on ')));
    if (pod.state !== 'serves') item.append(element('small', pod.why));
    if (pod.fix) item.append(element('small', '→ ' + pod.fix));
    item.title = pod.why;
    return item;
  };
  const card = (service) => {
    const made = element('article');
    made.append(element('h2', service.namespace + '/' + service.name));
    made.append(element('span', [service.type, ...service.addresses, ...service.ports].join('  '), 'facts'));
    for (const door of service.doors) {
      const line = element('p');
      const link = element('a', door);
      if (door.startsWith('http')) { link.href = door; link.target = '_blank'; link.rel = 'noreferrer'; }
      line.append(link);
      made.append(line);
    }
    for (const sentence of service.says) made.append(element('p', sentence));
    const pods = element('ul');
    pods.append(...service.pods.map(podItem));
    if (service.more > 0) pods.append(element('li', 'and ' + service.more + ' more'));
    made.append(pods);
    return made;
  };
  const state = document.getElementById('state');
  const events = new EventSource('/events');
  events.onopen = () => { state.textContent = 'live'; };
  events.onerror = () => { state.textContent = 'the cluster is away; trying again …'; };
  events.onmessage = ({ data }) => {
    const view = JSON.parse(data);
    const cards = view.services.map(card);
    if (view.more > 0) cards.push(element('p', 'and ' + view.more + ' more Services'));
    document.getElementById('services').replaceChildren(...cards);
  };
</script>
</html>
`;
