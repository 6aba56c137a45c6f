// The console's own script.
import "./console.css";
