import { browserLogin, cookies, createClient } from '@atrium/client';
import { createApp, defineComponent, h, ref } from 'vue';
import { useHome, useOrder } from './example.ts';

const client = createClient({ auth: cookies() });

const Home = defineComponent({
  setup() {
    const { home, failure } = useHome();
    const order = useOrder();
    return () => [
      home.value ? h('h1', home.value.user?.name) : h('p', failure.value ?? 'Loading'),
      h('button', { onClick: () => order.place('p1') }, 'Order'),
      h('output', order.status.value),
      h('p', order.failure.value),
    ];
  },
});

const Progress = defineComponent({
  props: { id: { type: String, required: true } },
  setup(props) {
    const { status, failure, follow } = useOrder();
    void follow(props.id);
    return () => [h('output', status.value), h('p', failure.value)];
  },
});

async function logIn(event: Event): Promise<void> {
  event.preventDefault();
  const form = new FormData(event.target as HTMLFormElement);
  await browserLogin(client, { email: String(form.get('email')), password: String(form.get('password')) });
  location.reload();
}

/** The example, with a login, and a button that takes it off the page. */
const App = defineComponent({
  setup() {
    const isOpen = ref(true);
    const order = new URLSearchParams(location.search).get('order');
    return () => [
      h('form', { onSubmit: logIn }, [
        h('input', { name: 'email' }),
        h('input', { name: 'password', type: 'password' }),
        h('button', 'Log in'),
      ]),
      isOpen.value ? (order ? h(Progress, { id: order }) : h(Home)) : h('p', 'Closed'),
      h('button', { id: 'close', onClick: () => (isOpen.value = false) }, 'Close'),
    ];
  },
});

createApp(App).mount('#app');
