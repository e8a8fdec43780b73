import { explainCapability } from 'ably-edge-auth';

const { message } = explainCapability({ 'chat:*': ['subscribe'] }, 'subscribe', 'chat:lobby');
document.querySelector('p').textContent = message;
