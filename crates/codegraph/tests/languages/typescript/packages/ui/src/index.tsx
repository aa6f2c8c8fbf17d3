export function Button(props: { label: string }) {
  return <b>{props.label}</b>;
}

export const Bar = () => <Button label="a" />;
